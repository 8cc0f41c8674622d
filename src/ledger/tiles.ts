import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { HASH, nodeHash, type Run, type Subtree, subtreesOf } from './merkle.ts';

/** Up to 256 neighbouring hashes of the tree (C2SP tlog-tiles): leaves at level 0, roots of full tiles of the level below above. */
export interface Tile {
  readonly level: number;
  readonly number: number;
  /** How many hashes it has in a tree of that size. */
  readonly width: number;
}

export const WIDTH = 256;
const HEIGHT = 8;

/** How wide the tile is in a tree of `size` leaves; 0 when it has none. */
export function widthIn(size: number, level: number, number: number): number {
  return Math.max(0, Math.min(WIDTH, Math.floor(size / WIDTH ** level) - number * WIDTH));
}

/**
 * The hashes of these tiles, one after another, all read at once. A tile that is not there as wide as asked is undefined.
 * Each costs a range of one index, however large the tree.
 */
export async function readTiles(db: Database, tiles: readonly Tile[]): Promise<(Buffer | undefined)[]> {
  if (tiles.length === 0) return [];
  const { rows } = await sql<{ hashes: Buffer | null }>`
    select case when level = 0
      then (select string_agg(l.leaf_hash, ''::bytea order by l.position) from ledger_leaf l
             where l.position >= number * 256 and l.position < number * 256 + width)
      else (select string_agg(t.root, ''::bytea order by t.number) from ledger_tile t
             where t.level = asked.level - 1 and t.number >= asked.number * 256 and t.number < asked.number * 256 + width) end as hashes
      from unnest(${tiles.map((tile) => tile.level)}::int[], ${tiles.map((tile) => tile.number)}::bigint[],
        ${tiles.map((tile) => tile.width)}::int[]) with ordinality as asked (level, number, width, place)
     order by place`.execute(db);
  return tiles.map(({ width }, at) => {
    const hashes = rows[at]?.hashes;
    return hashes?.length === width * HASH ? hashes : undefined;
  });
}

/** The log lacks hashes it must have: it was tampered with, or restored in part. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

/**
 * The hashes of these runs of leaves in a tree of `size`, from the tiles that hold them.
 *
 * @throws LogDamaged when a tile is missing.
 */
export async function hashRuns(db: Database, runs: readonly Run[], size: number): Promise<Buffer[]> {
  const parts = runs.map(([start, end]) => subtreesOf(start, end));
  const hashes = await hashSubtrees(db, parts.flat(), size);
  let at = 0;
  return parts.map((part) => {
    const own = hashes.slice(at, at + part.length);
    at += part.length;
    return own.reduceRight((right, left) => nodeHash(left, right));
  });
}

/** @throws LogDamaged when a tile is missing. */
export async function hashSubtrees(db: Database, subtrees: readonly Subtree[], size: number): Promise<Buffer[]> {
  const places = subtrees.map(placeOf);
  const tiles = new Map(
    places.map(({ level, number }) => [`${level}/${number}`, { level, number, width: widthIn(size, level, number) }]),
  );
  const wanted = [...tiles.values()];
  const read = await readTiles(db, wanted);
  const byName = new Map(wanted.map(({ level, number }, at) => [`${level}/${number}`, read[at]]));
  return places.map(({ level, number, first, count }) => {
    const tile = byName.get(`${level}/${number}`);
    if (!tile) throw new LogDamaged(`tile ${level}/${number} of the log is not whole`);
    return rootWithin(tile, first, count);
  });
}

/** Which hashes of which tile a subtree is the root of. */
function placeOf({ height, number }: Subtree): { level: number; number: number; first: number; count: number } {
  const level = Math.floor(height / HEIGHT);
  const count = 2 ** (height % HEIGHT);
  const first = number * count;
  return { level, number: Math.floor(first / WIDTH), first: first % WIDTH, count };
}

function rootWithin(tile: Buffer, first: number, count: number): Buffer {
  if (count === 1) return tile.subarray(first * HASH, (first + 1) * HASH);
  return nodeHash(rootWithin(tile, first, count / 2), rootWithin(tile, first + count / 2, count / 2));
}
