import { type Language, languages } from '#src/languages/languages.ts';
import type { FormDefinition } from '../form.ts';
import type { Finding } from './finding.ts';
import type { LintContext } from './inspect-structure.ts';
import { findPhrase, phrase } from './phrases.ts';
import { channelWords, unnamedRecipients, useWords } from './wording-rules.ts';

const consents = phrase('consent~', 'agree', 'съгласие~', 'съгласявам~');

/** Whether each box asks for one thing, of the purpose and channel it stands for, and says who asks. */
export function inspectBoxWords(form: FormDefinition, context: LintContext): Finding[] {
  return form.boxes.flatMap((box, at) =>
    languages.flatMap((language) => [
      ...inspectLabel(box, `boxes.${at}`, language, context),
      ...inspectPurpose(box, `boxes.${at}`, language, context),
    ]),
  );
}

function inspectLabel(box: FormDefinition['boxes'][number], place: string, language: Language, context: LintContext): Finding[] {
  const label = box.label[language];
  if (label.trim() === '') return [];
  const findings: Finding[] = [];
  const found = (code: Finding['code'], words: string | null) =>
    findings.push({ code, place: `${place}.label`, language, words });

  const channels = hits(label, channelWords);
  const uses = hits(label, useWords);
  const own = context.purposes.find(({ id }) => id === box.purpose)?.name?.[language] ?? '';
  // Named beside its own purpose; a purpose whose name is part of the own one's is not another.
  const others = context.purposes.filter(
    (purpose) =>
      purpose.id !== box.purpose &&
      !purpose.isSystem &&
      purpose.name &&
      mentions(label, own) &&
      mentions(label, purpose.name[language]) &&
      !mentions(own, purpose.name[language]),
  );
  const [other] = others;
  const acts = [...label.matchAll(consents)].map(([word]) => word);
  if (channels.length > 1) found('box-bundled', channels.map(({ words }) => words).join(' + '));
  else if (uses.length > 1) found('box-bundled', uses.map(({ words }) => words).join(' + '));
  else if (acts.length > 1) found('box-bundled', acts.join(' + '));
  else if (other?.name) found('box-bundled', other.name[language]);
  else if (channels.length === 1 && box.channel !== 'none' && channels[0]?.name !== box.channel) {
    found('box-other-channel', channels[0]?.words ?? null);
  }
  const isNamed = label.includes('{company}') || (context.companyName !== undefined && label.includes(context.companyName));
  if (!isNamed) found('sender-unnamed', null);
  return findings;
}

/** What the purpose itself says is shown beside the box: in the notice. */
function inspectPurpose(
  box: FormDefinition['boxes'][number],
  place: string,
  language: Language,
  context: LintContext,
): Finding[] {
  const purpose = context.purposes.find(({ id }) => id === box.purpose);
  const texts = [purpose?.explanation?.[language] ?? '', ...(purpose?.recipients ?? []).map((recipient) => recipient.name)];
  const words = texts.map((text) => findPhrase(text, unnamedRecipients, { unlessDenied: true })).find((found) => found);
  return words ? [{ code: 'unnamed-recipients', place: `${place}.purpose`, language, words }] : [];
}

function hits<Name extends string>(text: string, families: Readonly<Record<Name, RegExp>>): { name: Name; words: string }[] {
  return (Object.keys(families) as Name[]).flatMap((name) => {
    const words = findPhrase(text, families[name]);
    return words ? [{ name, words }] : [];
  });
}

function mentions(text: string, name: string): boolean {
  return name.length >= 4 && text.toLowerCase().includes(name.toLowerCase());
}
