import type { z } from 'zod';
import type { FieldProblem } from '../app-error.ts';

type Issue = z.core.$ZodIssue;

/** What a schema found wrong, field by field, as codes the dictionaries put into plain words. Repeats nothing that was typed. */
export function explainIssues(issues: readonly Issue[], prefix: readonly PropertyKey[] = []): FieldProblem[] {
  return issues.flatMap((issue) => explain(issue, [...prefix, ...issue.path]));
}

function explain(issue: Issue, path: readonly PropertyKey[]): FieldProblem[] {
  const field = path.map(String).join('.');
  const one = (code: string, values?: Record<string, string | number>): FieldProblem[] => [
    { field, code, ...(values ? { values } : {}) },
  ];

  switch (issue.code) {
    case 'invalid_type':
      return one(issue.input === undefined ? 'missing' : 'wrong-type', { expected: issue.expected });
    case 'too_big':
      return one(sizeCode('too-long', 'too-many', 'too-large', issue.origin), { max: Number(issue.maximum) });
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return one('missing');
      return one(sizeCode('too-short', 'too-few', 'too-small', issue.origin), { min: Number(issue.minimum) });
    case 'invalid_value':
      return issue.input === undefined ? one('missing') : one('not-one-of', { options: issue.values.map(String).join(', ') });
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ field: [...path, key].map(String).join('.'), code: 'unknown-field' }));
    case 'invalid_format':
      return one('invalid-format', { format: issue.format });
    case 'invalid_union':
      return issue.errors[0] ? explainIssues(issue.errors[0], path) : one('invalid');
    case 'custom': {
      // A rule of our own carries its code as the message, and what its sentence needs as params.
      return one(
        /^[a-z]+(-[a-z]+)*$/.test(issue.message) ? issue.message : 'invalid',
        issue.params as Record<string, string | number> | undefined,
      );
    }
    default:
      return one('invalid');
  }
}

function sizeCode(text: string, list: string, number: string, origin: string): string {
  if (origin === 'string') return text;

  return origin === 'array' || origin === 'set' ? list : number;
}
