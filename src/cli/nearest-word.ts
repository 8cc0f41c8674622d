/** The known word that was probably meant, or undefined when none is near. */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const ranked = known.map((word) => ({ word, steps: distance(typed, word) })).sort((one, other) => one.steps - other.steps);
  const [best] = ranked;

  return best && best.steps <= Math.max(2, Math.floor(best.word.length / 3)) ? best.word : undefined;
}

/** How many letters must be added, dropped or changed (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 1; to <= other.length; to += 1) {
      const changed = (row[to - 1] ?? 0) + (letter === other[to - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }

  return row.at(-1) ?? 0;
}
