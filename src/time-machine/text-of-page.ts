const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };

/** Where a new line begins for whoever reads the page. */
const BLOCK =
  /<\/?(?:p|h[1-6]|div|li|ul|ol|dl|dt|dd|form|fieldset|legend|section|blockquote|details|summary|header|footer|main|nav|button|label|pre)\b[^>]*>/g;

/** The words of a page of ours, a line for each paragraph: what there is to read, without its looks. */
export function textOfPage(html: string): string {
  const body = /<body[^>]*>([\s\S]*)<\/body>/.exec(html)?.[1] ?? html;
  return (
    body
      // What people never see: the skip link's twin of the heading, the trap for programs, the button that only catches Enter.
      .replace(/<div class="trap"[\s\S]*?<\/div>/g, '')
      .replace(/<button type="submit" hidden>[\s\S]*?<\/button>/g, '')
      .replace(/<a class="skip"[\s\S]*?<\/a>/g, '')
      .replace(/<(?:time|span) data-blank="[^"]*"><\/(?:time|span)>/g, '…')
      .replace(/<input type="checkbox"[^>]*>/g, '\n☐ ')
      .replace(/<\/div>/g, '\n')
      .replace(BLOCK, (tag) => (tag.startsWith('<label') || tag.startsWith('</label') ? '' : '\n'))
      .replace(/<[^>]*>/g, ' ')
      .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_entity, name: string) => entities[name] ?? '')
      .split('\n')
      .map((line) => line.replace(/[ \t]+/g, ' ').trim())
      .filter(Boolean)
      .join('\n')
  );
}
