import { useQuery } from '@tanstack/react-query';
import type { FormBox, FormDefinition, FormField } from '../../api/form-types.ts';
import { purposesQuery } from '../../api/queries.ts';
import type { Purpose } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { wordFor } from '../../languages/shape.ts';
import { useBuilder } from './builder-context.ts';
import { isStandard } from './definition.ts';

type Words = ReturnType<typeof useLanguage>['t'];

/** What a place of the draft is called on the screen: „Съгласие: Бюлетин – Имейл, текст“. */
export function usePlaceName(): (place: string) => string {
  const { definition } = useBuilder();
  const name = usePlaceNameOf();

  return (place) => name(place, definition);
}

export function usePlaceNameOf(): (place: string, definition: Pick<FormDefinition, 'fields' | 'boxes'>) => string {
  const { t, language } = useLanguage();
  const { data: purposes = [] } = useQuery(purposesQuery);

  return (place, definition) => {
    const [element = '', position = '', ...rest] = place.split('.');
    const { elements } = t.formVersions;
    if (element === 'fields' && position !== '') {
      return join(nameOfField(definition.fields[Number(position)], t), partOf(rest, t));
    }
    if (element === 'boxes' && position !== '') {
      return join(nameOfBox(definition.boxes[Number(position)], purposes, t, language), partOf(rest, t));
    }
    if (element === 'fields') return t.formBuilder.fields;
    if (element === 'boxes') return t.formBuilder.boxes;
    if (element === '') return t.formBuilder.wholeForm;

    return join(wordFor(elements, element), partOf([position, ...rest], t));
  };
}

function nameOfField(field: FormField | undefined, t: Words): string {
  if (!field) return t.formVersions.elements.field;

  return `${t.formVersions.elements.field}: ${isStandard(field.key) ? wordFor(t.words.field, field.key) : field.key}`;
}

function nameOfBox(box: FormBox | undefined, purposes: readonly Purpose[], t: Words, language: 'bg' | 'en'): string {
  const purpose = purposes.find(({ id }) => id === box?.purpose);
  if (!box) return t.formVersions.elements.box;

  return `${t.formVersions.elements.box}: ${purpose?.name[language] ?? '…'} – ${t.words.channel[box.channel]}`;
}

/** Which part of an element: the last name of its path that has a word. */
export function partOf(path: readonly string[], t: Words): string {
  const parts: Record<string, string> = t.formVersions.parts;
  const named = path.map((name) => parts[name]).filter((word) => word !== undefined);

  return named.includes(t.formVersions.parts.options) ? t.formVersions.parts.options : (named[0] ?? '');
}

const join = (name: string, part: string) => (part === '' ? name : `${name}, ${part}`);
