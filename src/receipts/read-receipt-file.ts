/** What a receipt's HTML file consists of. */
export interface ReceiptFile {
  /** The JSON inside; undefined when it cannot be read. */
  readonly document: unknown;
  /** What it shows, as text. */
  readonly readable: string;
}

const DOCUMENT = /<script type="application\/json" id="receipt">([^<]*)<\/script>/;
const READABLE = /<main id="said"[^>]*>([\s\S]*)<\/main>/;

/** Takes a receipt's HTML file apart; undefined when it is no such file or a part of it is missing. */
export function readReceiptFile(file: string): ReceiptFile | undefined {
  const [, json] = DOCUMENT.exec(file) ?? [];
  const [, main] = READABLE.exec(file) ?? [];
  if (json === undefined || main === undefined) return undefined;
  try {
    return { document: JSON.parse(json), readable: readableText(main) };
  } catch {
    return undefined;
  }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };

/** The text of a piece of HTML of ours, as a browser's textContent has it. */
export function readableText(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '');
}
