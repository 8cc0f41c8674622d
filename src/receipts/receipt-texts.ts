import { receiptTexts as bg } from '#src/languages/bg/receipts.ts';
import { receiptTexts as en, type ReceiptTexts } from '#src/languages/en/receipts.ts';
import type { Language } from '#src/languages/languages.ts';

/** Words of receipts. */
export const receiptTexts: { readonly [L in Language]: ReceiptTexts } = { bg, en };
