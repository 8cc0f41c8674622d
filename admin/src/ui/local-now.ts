/** Now, as the clock on the wall says it, to the minute before: the server refuses what has not happened yet. */
export function localNow(): string {
  const now = new Date(Date.now() - 60_000);
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
