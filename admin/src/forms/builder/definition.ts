import type { BoxChannel, FormBox, FormDefinition, FormField } from '../../api/form-types.ts';
import type { Field } from '../../api/register-types.ts';
import type { Purpose, Texts } from '../../api/types.ts';
import { bg } from '../../languages/bg.ts';
import { en } from '../../languages/en.ts';

/** What every installation knows how to ask for; anything else is the authors' own question. */
export const standardKeys = ['email', 'given_name', 'family_name', 'company', 'job_title', 'city', 'phone'] as const;

export const boxChannels: readonly BoxChannel[] = ['email', 'sms', 'phone', 'none'];

export const MOST_FIELDS = 20;
export const MOST_OPTIONS = 50;

export const noTexts: Texts = { bg: '', en: '' };

export const isStandard = (key: string) => (standardKeys as readonly string[]).includes(key);

/** The list with one of its members at another place; the same list when there is no such place. */
export function moveItem<T>(list: readonly T[], from: number, to: number): T[] {
  const moved = [...list];
  if (to < 0 || to >= list.length) return moved;
  moved.splice(to, 0, ...moved.splice(from, 1));

  return moved;
}

export function replaceItem<T>(list: readonly T[], at: number, changed: Partial<T>): T[] {
  return list.map((one, position) => (position === at ? { ...one, ...changed } : one));
}

/** Kinds a form can ask for; the others are for staff and imports. */
const askable: readonly string[] = [
  'text',
  'long-text',
  'choice',
  'date',
  'number',
  'yes-no',
  'email',
  'phone',
  'url',
] satisfies FormField['type'][];

export function isAskable(field: Field): boolean {
  return !field.isStandard && askable.includes(field.type);
}

/** A question; of a field that is described already it is asked as that field is. */
export function newField(key: string, described?: Field): FormField {
  if (described && isAskable(described)) {
    return {
      key,
      type: described.type as FormField['type'],
      label: described.label,
      reason: noTexts,
      required: false,
      ...(described.options.length > 0 ? { options: described.options } : {}),
      ...(described.specialCategory ? { sensitive: true } : {}),
    };
  }
  if (!isStandard(key)) return { key, type: 'text', label: noTexts, reason: noTexts, required: false };
  const word = (dictionary: typeof en.words.field) => (dictionary as Record<string, string>)[key] ?? '';

  return { key, label: { bg: word(bg.words.field), en: word(en.words.field) }, reason: noTexts, required: key === 'email' };
}

/** A box in words that the authors may better: who, what, by which channel. Its explanation is the purpose's own. */
export function newBox(purpose: Purpose, channel: BoxChannel): FormBox {
  return {
    purpose: purpose.id,
    channel,
    label: {
      bg: bg.formBuilder.proposed[channel](purpose.name.bg),
      en: en.formBuilder.proposed[channel](purpose.name.en),
    },
    hint: { bg: purpose.explanation.bg.slice(0, 400), en: purpose.explanation.en.slice(0, 400) },
  };
}

/** What people can be asked to agree to: purposes in use that rest on consent, by the channels they declare. */
export function freeBoxes(
  purposes: readonly Purpose[],
  boxes: readonly FormBox[],
): { purpose: Purpose; channels: BoxChannel[] }[] {
  return purposes
    .filter((purpose) => purpose.legalBasis === 'consent' && !purpose.isSystem && !purpose.archivedAt)
    .map((purpose) => ({
      purpose,
      channels: boxChannels.filter(
        (channel) =>
          purpose.channels.includes(channel) && !boxes.some((box) => box.purpose === purpose.id && box.channel === channel),
      ),
    }))
    .filter(({ channels }) => channels.length > 0);
}

/** What a person's own request can rest on (Art. 6(1)(b)), so that it cannot hang on a consent (Art. 7(4)). */
export function magnetPurposes(purposes: readonly Purpose[]): Purpose[] {
  return purposes.filter(
    (one) =>
      one.legalBasis === 'contract' && !one.isMarketing && !one.isSystem && !one.archivedAt && one.channels.includes('email'),
  );
}

/** Keys for React where the same thing may stand twice in a draft: each with the number of its twin. */
export function keysOf<T>(list: readonly T[], nameOf: (one: T) => string): string[] {
  return list.map((one, at) => {
    const name = nameOf(one);

    return `${name} ${list.slice(0, at).filter((other) => nameOf(other) === name).length}`;
  });
}

/** Every text and setting of a form by its place, so that two wordings can be laid side by side. */
export function leavesOf(definition: FormDefinition): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, place: string): void => {
    if (value === null || value === undefined) return;
    if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) walk(inner, place === '' ? key : `${place}.${key}`);
    } else if (value !== '') leaves.set(place, String(value));
  };
  walk(definition, '');

  return leaves;
}

export interface Difference {
  place: string;
  mine: string | undefined;
  theirs: string | undefined;
}

export function differencesOf(mine: FormDefinition, theirs: FormDefinition): Difference[] {
  const ours = leavesOf(mine);
  const others = leavesOf(theirs);

  return [...new Set([...ours.keys(), ...others.keys()])]
    .map((place) => ({ place, mine: ours.get(place), theirs: others.get(place) }))
    .filter((one) => one.mine !== one.theirs);
}
