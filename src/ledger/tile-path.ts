import { type Tile, WIDTH } from './tiles.ts';

/** Where a tile is served below the log's address (C2SP tlog-tiles): `tile/0/x001/x234/067`, `tile/1/000.p/17`. */
export function tilePath({ level, number, width }: Tile): string {
  const digits = String(number).padStart(Math.ceil(String(number).length / 3) * 3, '0');
  const parts = digits.match(/\d{3}/g) ?? [];
  const path = parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join('/');
  return `tile/${level}/${path}${width < WIDTH ? `.p/${width}` : ''}`;
}

/** The tile that is meant, or undefined when nothing is spelled so: every tile has one address. */
export function readTilePath(path: string): Tile | undefined {
  const [, level, number, width] = /^tile\/(\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? [];
  if (level === undefined || number === undefined) return undefined;
  const tile = { level: Number(level), number: Number(number.replaceAll(/[x/]/g, '')), width: width ? Number(width) : WIDTH };
  return tile.level < 64 && tile.width > 0 && tilePath(tile) === path ? tile : undefined;
}
