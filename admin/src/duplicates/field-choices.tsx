import { Radio, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Contact, Provenance } from '../api/types.ts';
import { contactName } from '../contact/contact-name.ts';
import { ProvenanceNote } from '../contact/provenance-note.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Mark } from '../ui/mark.tsx';
import { Section } from '../ui/section.tsx';
import type { Choices, Foreseen, Side } from './queries.ts';

interface FieldChoicesProps {
  pair: Foreseen;
  choices: Choices;
  onChoose: (choices: Choices) => void;
}

interface Value {
  text: string;
  provenance?: Provenance[];
}
interface Line {
  field: string;
  survivor?: Value | undefined;
  absorbed?: Value | undefined;
}

const sides = ['survivor', 'absorbed'] as const;

/** Field by field what each record says, with where it came from; where they differ, one is chosen. */
export function FieldChoices({ pair, choices, onChoose }: FieldChoicesProps) {
  const { t, format } = useLanguage();
  const words = t.duplicates.pair;
  const lines = linesOf(
    pair,
    (code) => format.country(code),
    (code) => wordFor(t.words.language, code),
  );
  const kinds = (['email', 'phone', 'post'] as const).filter(
    (kind) =>
      new Set(sides.map((side) => mainOf(pair[side], kind)?.value ?? '')).size === 2 &&
      sides.every((side) => mainOf(pair[side], kind)),
  );
  const choose = (part: keyof Choices, key: string) => (side: Side) =>
    onChoose({ ...choices, [part]: { ...choices[part], [key]: side } });

  return (
    <>
      <Section title={words.fields}>
        <DataTable caption={words.fields} columns={[words.field, words.survivor, words.absorbed]}>
          <Table.Tr>
            <Table.Th scope="row">{t.duplicates.columns.one}</Table.Th>
            {sides.map((side) => (
              <Table.Td key={side} data-label={words[side]}>
                <Link to="/people/$id" params={{ id: pair[side].id }}>
                  {contactName(pair[side]) ?? t.people.noName}
                </Link>{' '}
                {pair[side].state === 'active' ? null : <Mark tone="no">{t.words.state[pair[side].state]}</Mark>}
              </Table.Td>
            ))}
          </Table.Tr>
          {lines.map((line) => (
            <FieldLine key={line.field} line={line} chosen={choices.fields[line.field]} onChoose={choose('fields', line.field)} />
          ))}
        </DataTable>
      </Section>
      <Section title={words.addresses} lead={words.addressesLead}>
        <Stack gap="md">
          {kinds.map((kind) => (
            <Radio.Group
              key={kind}
              label={words.main(wordFor(t.words.field, kind))}
              value={choices.main[kind] ?? 'survivor'}
              onChange={(side) => choose('main', kind)(side as Side)}
            >
              <Stack gap="xs" mt="xs">
                {sides.map((side) => (
                  <Radio key={side} size="md" value={side} label={mainOf(pair[side], kind)?.original} />
                ))}
              </Stack>
            </Radio.Group>
          ))}
          <ul>
            {sides.flatMap((side) =>
              pair[side].points.map((point) => (
                <li key={point.id} className="break">
                  {wordFor(t.words.field, point.kind)}: {point.original}
                  <ProvenanceNote field={point.original} provenance={point.provenance} />
                </li>
              )),
            )}
          </ul>
        </Stack>
      </Section>
    </>
  );
}

function FieldLine({ line, chosen, onChoose }: { line: Line; chosen: Side | undefined; onChoose: (side: Side) => void }) {
  const { t } = useLanguage();
  const words = t.duplicates.pair;
  const field = wordFor(t.words.field, line.field);
  const { survivor, absorbed } = line;
  const isSame = survivor !== undefined && survivor.text === absorbed?.text;
  const isChoice = survivor !== undefined && absorbed !== undefined && !isSame;
  const value = chosen ?? (survivor ? 'survivor' : 'absorbed');

  return (
    <Table.Tr>
      <Table.Th scope="row">{field}</Table.Th>
      {sides.map((side) => {
        const own = line[side];
        return (
          <Table.Td key={side} data-label={words[side]}>
            {isChoice && own ? (
              <Radio
                size="md"
                name={`which-${line.field}`}
                value={side}
                checked={value === side}
                onChange={() => onChoose(side)}
                label={own.text}
                aria-label={`${words.choose(field)}: ${own.text}`}
              />
            ) : (
              <Text size="sm" c={own ? undefined : 'dimmed'} className="break">
                {own?.text ?? words.missing}
                {isSame && side === 'absorbed' ? ` (${words.same})` : ''}
              </Text>
            )}
            {own?.provenance ? <ProvenanceNote field={`${field}, ${words[side]}`} provenance={own.provenance} /> : null}
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

function linesOf(pair: Foreseen, country: (code: string) => string, language: (code: string) => string): Line[] {
  const value = (contact: Contact, field: string): Value | undefined => {
    const fact = contact.facts.find((one) => one.field === field);
    return fact && { text: fact.value, provenance: fact.provenance };
  };
  const fields = new Set(sides.flatMap((side) => pair[side].facts.map(({ field }) => field)));
  const plain = (text: string | null) => (text ? { text } : undefined);
  return [
    ...[...fields]
      .toSorted(byPlace)
      .map((field) => ({ field, survivor: value(pair.survivor, field), absorbed: value(pair.absorbed, field) })),
    { field: 'language', survivor: plain(language(pair.survivor.language)), absorbed: plain(language(pair.absorbed.language)) },
    {
      field: 'country',
      survivor: plain(pair.survivor.country && country(pair.survivor.country)),
      absorbed: plain(pair.absorbed.country && country(pair.absorbed.country)),
    },
  ].filter(({ survivor, absorbed }) => survivor || absorbed);
}

const order = ['given_name', 'family_name', 'company', 'job_title', 'city', 'note'];

/** Name first; fields of the company's own come last. */
function byPlace(one: string, other: string): number {
  const place = (field: string) => (order.includes(field) ? order.indexOf(field) : order.length);

  return place(one) - place(other);
}

function mainOf(contact: Contact, kind: string) {
  return contact.points.find((point) => point.kind === kind && point.isPrimary);
}
