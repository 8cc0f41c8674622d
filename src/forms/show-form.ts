import { ageOfConsent } from '#src/consent/age-of-consent.ts';
import type { Language, Texts } from '#src/languages/languages.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Controller } from '#src/register/controller.ts';
import { DAYS_TO_CONFIRM, type FormDefinition, type ShownBox, type ShownField, type ShownForm } from './form.ts';
import { publicTexts } from './public-texts.ts';

/** Stands for the controller's name in the words of a form. */
export const COMPANY = '{company}';

/**
 * What the form says in this language: the authors' words, and the notice of Art. 13 made from the controller's details and
 * the purposes of its boxes, so that it cannot be forgotten or fall behind.
 */
export function showForm(
  definition: FormDefinition,
  purposes: readonly Purpose[],
  controller: Controller,
  language: Language,
): ShownForm {
  const texts = publicTexts[language];
  // A company that changes its name asks for consent under the new one from that moment.
  const say = (text: Texts): string => text[language].replaceAll(COMPANY, controller.name);
  const of = (id: string) => purposes.find((purpose) => purpose.id === id);
  const used = purposes.filter(
    (purpose) => definition.boxes.some((box) => box.purpose === purpose.id) || definition.magnet?.purpose === purpose.id,
  );
  const boxes = definition.boxes.flatMap((box) => showBox(definition, box, used, language, say));
  const asksAge = definition.boxes.some((box) => of(box.purpose)?.needsAge);
  const years = ageOfConsent(controller.country);
  const required = definition.fields.filter((field) => field.required);
  return {
    title: say(definition.title),
    intro: say(definition.intro),
    ...showMagnet(definition.magnet, used, language, say),
    fields: definition.fields.map((field) => showField(field, say)),
    ...(definition.fields.some((field) => field.type === 'yes-no') ? { yes: texts.form.yes, no: texts.form.no } : {}),
    ...(asksAge
      ? {
          age: {
            years,
            question: texts.form.age.question(years),
            reason: texts.form.age.reason(years),
            older: texts.form.age.older(years),
            younger: texts.form.age.younger(years),
          },
        }
      : {}),
    optional: texts.form.optional,
    legend: texts.form.legend,
    legendHint: definition.magnet ? texts.form.legendHintOptional : texts.form.legendHint,
    boxes,
    ...(boxes.some((box) => box.isMeasurement)
      ? { measurementLegend: texts.form.measurementLegend, measurementHint: texts.form.measurementHint }
      : {}),
    noticeHeading: texts.privacyNotice.heading,
    notice: [
      texts.privacyNotice.controller(controller.name, controller.registrationNumber, controller.address),
      ...used.flatMap((purpose) => purposeLines(purpose, language)),
      ...(boxes.length > 0 ? [texts.withdrawNote] : []),
      texts.privacyNotice.complaint,
    ],
    moreHeading: texts.privacyNotice.moreHeading,
    more: [
      texts.privacyNotice.unconfirmed(DAYS_TO_CONFIRM),
      texts.privacyNotice.rights,
      required.length > 1
        ? texts.privacyNotice.voluntaryExcept(required.map((field) => say(field.label)).join(', '))
        : texts.privacyNotice.voluntary,
      ...(asksAge ? [texts.privacyNotice.parent(years, DAYS_TO_CONFIRM)] : []),
      texts.privacyNotice.evidence,
      texts.privacyNotice.automated,
      ...(controller.dpoName && controller.dpoEmail ? [texts.privacyNotice.dpo(controller.dpoName, controller.dpoEmail)] : []),
      texts.privacyNotice.contact(controller.email, controller.phone),
    ],
    submit: say(definition.submit),
  };
}

function showField(field: FormDefinition['fields'][number], say: (text: Texts) => string): ShownField {
  return {
    key: field.key,
    label: say(field.label),
    reason: say(field.reason),
    required: field.required,
    ...(field.type ? { type: field.type } : {}),
    ...(field.type === 'choice'
      ? { options: (field.options ?? []).map((option) => ({ value: option.value, label: say(option.label) })) }
      : {}),
    ...(field.sensitive ? { sensitive: true } : {}),
  };
}

function showMagnet(
  magnet: FormDefinition['magnet'],
  purposes: readonly Purpose[],
  language: Language,
  say: (text: Texts) => string,
): Pick<ShownForm, 'magnet'> {
  const purpose = magnet && purposes.find(({ id }) => id === magnet.purpose);
  if (!magnet || !purpose) return {};
  return {
    magnet: {
      purposeId: purpose.id,
      purposeVersion: purpose.version,
      purposeName: purpose.name[language],
      heading: publicTexts[language].form.magnetHeading,
      label: say(magnet.label),
      hint: say(magnet.hint),
    },
  };
}

function showBox(
  definition: FormDefinition,
  box: FormDefinition['boxes'][number],
  purposes: readonly Purpose[],
  language: Language,
  say: (text: Texts) => string,
): ShownBox[] {
  const purpose = purposes.find(({ id }) => id === box.purpose);
  if (!purpose) return [];
  const sensitive = definition.fields.filter((field) => field.sensitive && purpose.dataCategories.includes(field.key));
  return [
    {
      value: `${purpose.slug}:${box.channel}`,
      purposeId: purpose.id,
      purposeVersion: purpose.version,
      purposeName: purpose.name[language],
      channel: box.channel,
      label: say(box.label),
      hint: say(box.hint),
      ...(purpose.isMeasurement ? { isMeasurement: true } : {}),
      ...(purpose.isExplicit && sensitive.length > 0 ? { opens: sensitive.map((field) => field.key) } : {}),
    },
  ];
}

/** What people must be told about one purpose: why, on which basis, who else gets the data, for how long. */
export function purposeLines(purpose: Purpose, language: Language): string[] {
  const texts = publicTexts[language].privacyNotice;
  const { starts, months } = purpose.retention;
  return [
    texts.purpose(purpose.name[language], purpose.explanation[language]),
    texts.basis[purpose.legalBasis],
    purpose.recipients.length > 0
      ? texts.recipients(purpose.recipients.map(({ name, role, country }) => `${name} (${role}, ${country})`).join('; '))
      : texts.noRecipients,
    texts.retention[starts](months > 0 ? texts.months(months) : undefined),
  ];
}
