import { receiptParts, verifyReceipt } from './verify-receipt.js';

/**
 * What runs in a receipt's own HTML file: it checks the receipt and says what it found, in every language of the file.
 *
 * @typedef {{ textContent: string | null, hidden: boolean, dataset: Record<string, string>, append(...nodes: unknown[]): void,
 *   replaceChildren(...nodes: unknown[]): void, querySelector(selector: string): Element, querySelectorAll(selector: string): Element[],
 *   addEventListener(event: string, listener: (event: { preventDefault(): void }) => void): void,
 *   getAttribute(name: string): string, setAttribute(name: string, value: string): void, removeAttribute(name: string): void }} Element
 * @typedef {Element & { createElement(name: string): Element, documentElement: Element }} Page
 * @typedef {{ file: Record<string, string>, parts: Record<string, string>, broken: Record<string, string>, states: Record<string, string> }} Words
 */

/** @type {Page} */
const page = /** @type {any} */ (globalThis)['document'];
const languages = page.querySelectorAll('#verdict [lang]');
/** @type {Record<string, Words>} */
const words = JSON.parse(page.querySelector('#words').textContent ?? '');

/**
 * @param {string} name
 * @param {string} text
 */
function element(name, text) {
  const made = page.createElement(name);
  made.textContent = text;
  return made;
}

/** @param {import('./verify-receipt.js').ReceiptVerdict | undefined} verdict */
function tell(verdict) {
  const outcome = verdict?.outcome ?? 'unchecked';
  page.documentElement.dataset['verdict'] = outcome;
  page.documentElement.dataset['broken'] = verdict?.broken ?? '';
  for (const place of languages) {
    const { file, parts, broken, states } = /** @type {Words} */ (words[place.getAttribute('lang')]);
    const lines = [element('h2', file[outcome] ?? ''), element('p', file[verdict ? `${outcome}Text` : 'noCrypto'] ?? '')];
    if (verdict?.broken) lines.push(element('p', broken[verdict.broken] ?? ''));
    if (verdict) {
      const list = page.createElement('ul');
      for (const { part, state } of verdict.parts) list.append(element('li', `${parts[part]}: ${states[state]}`));
      lines.push(list);
      for (const key of verdict.keys) lines.push(element('p', `${file['key']}: ${key}`));
    }
    if (outcome === 'holds') lines.push(element('p', file['trust'] ?? ''));
    place.replaceChildren(...lines);
  }
}

async function check() {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return tell(undefined);
  /** @type {unknown} */
  let receipt;
  try {
    receipt = JSON.parse(page.querySelector('#receipt').textContent ?? '');
  } catch {
    return tell({ outcome: 'broken', broken: receiptParts[0] ?? 'form', parts: [], keys: [] });
  }
  tell(await verifyReceipt(receipt, page.querySelector('#said').textContent ?? ''));
}

/** @param {string} language */
function show(language) {
  page.documentElement.setAttribute('lang', language);
  for (const piece of page.querySelectorAll('[data-in]')) piece.hidden = piece.dataset['in'] !== language;
  for (const link of page.querySelectorAll('nav a')) {
    if (link.getAttribute('lang') === language) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

for (const link of page.querySelectorAll('nav a')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    show(link.getAttribute('lang'));
  });
}
show(globalThis.navigator.language.startsWith('bg') ? 'bg' : 'en');
await check();
