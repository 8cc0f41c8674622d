/** Ways of acting that go by a page of ours. */
const onPages = ['form', 'confirmation-page', 'preference-centre', 'renewal-page'];

/** Whether there is anything to look at for an entry: a page, or the text recorded with it. */
export function hasPage(method: string | null, hasText = false): boolean {
  return hasText || (method !== null && onPages.includes(method));
}
