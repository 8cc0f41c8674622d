import { labelOf, type ShownForm } from './form.ts';

/** A sentence of the page that is not as it was; without `old` it is new, without `now` it is gone. */
export interface ShownChange {
  readonly old?: string;
  readonly now?: string;
}

/** What somebody would read otherwise on the newer page: what they had before them is shown beside it. */
export function compareShown(older: ShownForm, newer: ShownForm): ShownChange[] {
  const before = sentencesOf(older);
  const after = sentencesOf(newer);
  return [
    ...[...after].flatMap(([name, now]): ShownChange[] => {
      const old = before.get(name);
      return old === now ? [] : [old === undefined ? { now } : { old, now }];
    }),
    ...[...before].flatMap(([name, old]): ShownChange[] => (after.has(name) ? [] : [{ old }])),
  ];
}

/** Every sentence under a name that stays the same when its words change. */
function sentencesOf(shown: ShownForm): Map<string, string> {
  return new Map([
    ['title', shown.title],
    ['intro', shown.intro],
    ...(shown.magnet ? ([['magnet', `${shown.magnet.label} ${shown.magnet.hint}`]] as const) : []),
    ...shown.fields.map((field) => [`field ${field.key}`, `${labelOf(shown, field)}: ${field.reason}`] as const),
    ...(shown.age ? ([['age', `${shown.age.question} ${shown.age.reason}`]] as const) : []),
    ...shown.boxes.flatMap(
      (box) =>
        [
          [`box ${box.value}`, box.label],
          [`hint ${box.value}`, box.hint],
        ] as const,
    ),
    // Lines of the notice have no names; the line itself is one, so that a changed line is one gone and one new.
    ...[...shown.notice, ...shown.more].map((line) => [`notice ${line}`, line] as const),
  ]);
}
