/** What one person's page said beyond what everybody's did. */
export interface OnesOwn {
  /** Dates as they stood on the page, by the name of the blank. */
  readonly dates: Readonly<Record<string, string>>;
  /** Values of the boxes they ticked; undefined when nobody knows any more. */
  readonly ticked: ReadonlySet<string> | undefined;
}

/**
 * Puts into a kept page what was this person's own: the boxes they ticked and the dates. Works on the marks every kept page
 * carries since the first; a page without them stays as it is.
 */
export function fillPage(html: string, own: OnesOwn): string {
  const dated = html.replace(/<time data-blank="([a-z]+)"><\/time>/g, (blank, name: string) =>
    own.dates[name] === undefined ? blank : `<time>${escaped(own.dates[name])}</time>`,
  );
  const { ticked } = own;
  if (!ticked) return dated;
  return (
    dated
      // A confirmation repeats the words of the ticked boxes only.
      .replace(/<blockquote data-box="([^"]*)">.*?<\/blockquote>/gs, (quote, value: string) => (ticked.has(value) ? quote : ''))
      .replace(/<input type="checkbox"([^>]*) name="consent" value="([^"]*)"/g, (box, _rest, value: string) =>
        ticked.has(value) ? `${box} checked` : box,
      )
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
