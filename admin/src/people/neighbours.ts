// The people of the last list seen, in its order, so that a contact's page can step to the one before and after.
let lastList: string[] = [];

export function rememberList(ids: string[]): void {
  lastList = ids;
}

export function neighboursOf(id: string): { previous?: string; next?: string } {
  const position = lastList.indexOf(id);
  if (position === -1) return {};

  return { previous: lastList[position - 1], next: lastList[position + 1] };
}
