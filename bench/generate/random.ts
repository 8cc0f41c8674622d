/** A stream of numbers in [0, 1) that is the same for the same seed and index: any part of the data can be made again alone. */
export type Random = () => number;

/** Mulberry32, its state spread over seed and index by two rounds of a 32-bit finaliser. */
export function randomOf(seed: number, index: number): Random {
  let state = mix(mix(seed + 0x9e3779b9) ^ index);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the list; the first ones far more often than the last, as names and cities are. */
export function oftenFirst<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() ** 2.2 * list.length)] as T;
}

export function anyOf<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

function mix(value: number): number {
  let v = value | 0;
  v = Math.imul(v ^ (v >>> 16), 0x85ebca6b);
  v = Math.imul(v ^ (v >>> 13), 0xc2b2ae35);
  return v ^ (v >>> 16);
}
