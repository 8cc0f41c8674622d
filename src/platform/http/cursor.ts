import type { z } from 'zod';
import { AppError } from '../app-error.ts';

/** Where a list goes on: opaque to the caller, checked when it comes back. */
export function toCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws AppError 400 `invalid-cursor` when the text was not made by `toCursor` for a position of this shape. */
export function fromCursor<S extends z.ZodType>(text: string, shape: S): z.output<S> {
  try {
    return shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new AppError('invalid-cursor', { status: 400 });
  }
}
