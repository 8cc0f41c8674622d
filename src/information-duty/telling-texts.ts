import { tellingTexts as bg } from '#src/languages/bg/telling.ts';
import { tellingTexts as en, type TellingTexts } from '#src/languages/en/telling.ts';
import type { Language } from '#src/languages/languages.ts';

export const tellingTexts: Readonly<Record<Language, TellingTexts>> = { bg, en };
