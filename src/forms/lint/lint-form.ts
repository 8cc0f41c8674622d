import { languages } from '#src/languages/languages.ts';
import { type FormDefinition, standardKeys } from '../form.ts';
import { compareLanguages, linksOf } from './compare-languages.ts';
import { type Finding, findingCodes } from './finding.ts';
import { inspectBoxWords } from './inspect-boxes.ts';
import { inspectMeasure, inspectStructure, type LintContext } from './inspect-structure.ts';
import { hardToRead, shouts } from './measure-reading.ts';
import { type Passage, passagesOf } from './passages.ts';
import { findPhrase } from './phrases.ts';
import { childrenWords, specialCategories, wordingRules } from './wording-rules.ts';

/**
 * Everything that is wrong with a form, in the order it stands on the page: what blocks its publication before what only
 * deserves a second look. A program cannot tell that a consent is valid; it can tell the ways in which it is known not to be.
 */
export function lintForm(form: FormDefinition, context: LintContext): Finding[] {
  const passages = passagesOf(form);
  const findings = [
    ...inspectStructure(form, context),
    ...inspectMeasure(form, context),
    ...passages.flatMap(compareLanguages),
    ...passages.flatMap((passage) => inspectWords(passage, form)),
    ...inspectBoxWords(form, context),
    ...inspectSensitive(form),
    ...inspectAge(form, passages, context),
  ];
  const places = ['fields', ...passages.map((passage) => passage.place)];
  const rank = (finding: Finding) => {
    const at = places.findIndex((place) => place === finding.place || place.startsWith(`${finding.place}.`));
    return (findingCodes[finding.code] === 'blocks' ? 0 : 1000) + (at < 0 ? 999 : at);
  };
  return withoutRepeats(findings).toSorted((one, other) => rank(one) - rank(other));
}

function inspectWords(passage: Passage, form: FormDefinition): Finding[] {
  return languages.flatMap((language) => {
    const text = passage.texts[language];
    const found = (code: Finding['code'], words: string | undefined): Finding[] =>
      words === undefined ? [] : [{ code, place: passage.place, language, words }];
    const isMail = passage.role === 'mail-subject' || passage.role === 'mail-text';
    return [
      ...wordingRules
        .filter((rule) => (!rule.in || rule.in.includes(passage.role)) && (!rule.withMagnet || form.magnet))
        .flatMap((rule) => found(rule.code, findPhrase(text, rule.pattern, { unlessDenied: rule.unlessDenied ?? false }))),
      ...found('shouting', shouts(text)),
      ...found('unreadable', hardToRead(text, language)),
      ...(isMail ? found('mail-link', linksOf(text)[0]) : []),
    ];
  });
}

/** A field that seems to ask for what Art. 9 protects, without saying so. */
function inspectSensitive(form: FormDefinition): Finding[] {
  return form.fields.flatMap((field, at): Finding[] => {
    if (field.sensitive || (standardKeys as readonly string[]).includes(field.key)) return [];
    const texts = [field.label.bg, field.label.en, field.reason.bg, field.reason.en, field.key.replaceAll('_', ' ')];
    const words = texts.map((text) => findPhrase(text, specialCategories)).find((one) => one);
    return words ? [{ code: 'special-category-unmarked', place: `fields.${at}`, language: null, words }] : [];
  });
}

function inspectAge(form: FormDefinition, passages: readonly Passage[], context: LintContext): Finding[] {
  const asks = form.boxes.some((box) => context.purposes.find(({ id }) => id === box.purpose)?.needsAge);
  if (asks || form.boxes.length === 0) return [];
  for (const passage of passages.filter(({ role }) => role === 'title' || role === 'intro' || role === 'box-label')) {
    for (const language of languages) {
      const words = findPhrase(passage.texts[language], childrenWords);
      if (words) return [{ code: 'age-not-asked', place: passage.place, language, words }];
    }
  }
  return [];
}

function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, place, language }) => {
    const key = `${code} ${place} ${language}`;
    return !seen.has(key) && seen.add(key);
  });
}
