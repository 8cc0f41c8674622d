/** Milliseconds at quantile `q` (0 to 1) of what was measured. */
export function quantile(times: readonly number[], q: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Runs `work` so many times, one after another, and answers how long each took in milliseconds. */
export async function timeEach(times: number, work: (at: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let at = 0; at < times; at++) {
    const from = performance.now();
    await work(at);
    taken.push(performance.now() - from);
  }
  return taken;
}
