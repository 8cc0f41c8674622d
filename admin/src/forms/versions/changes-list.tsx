import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FormChange } from '../../api/form-types.ts';
import { purposesQuery } from '../../api/queries.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { wordFor } from '../../languages/shape.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { IconNo, IconPencil, IconPlus, IconSend } from '../../ui/icons.tsx';
import { Mark } from '../../ui/mark.tsx';
import { isStandard } from '../builder/definition.ts';
import { partOf } from '../builder/place-name.ts';
import styles from './versions.module.css';

const kinds = {
  added: { tone: 'yes', Icon: IconPlus },
  removed: { tone: 'no', Icon: IconNo },
  changed: { tone: 'plain', Icon: IconPencil },
  moved: { tone: 'plain', Icon: IconSend },
} as const;

/** What is different between two wordings: what it was and what it is, side by side, named and not only coloured. */
export function ChangesList({ changes }: { changes: readonly FormChange[] }) {
  const { t } = useLanguage();
  const words = t.formVersions;
  const nameOf = useChangeName();
  const readableOf = useChangedValue();

  return (
    <DataTable caption={words.compareTitle} columns={[words.where, words.old, words.now]}>
      {changes.map((change) => {
        const { tone, Icon } = kinds[change.kind];
        const [old, now] = [readableOf(change, change.old), readableOf(change, change.new)];

        return (
          <Table.Tr key={`${change.kind} ${change.place} ${change.language} ${change.name}`}>
            <Table.Th scope="row" className={styles.where}>
              <Mark tone={tone} icon={<Icon size={14} />}>
                {words.kinds[change.kind]}
              </Mark>
              <div>{nameOf(change)}</div>
            </Table.Th>
            <Table.Td className={styles.side} data-label={words.old} lang={change.language ?? undefined}>
              {old === undefined ? words.nothing : <del className={styles.old}>{old}</del>}
            </Table.Td>
            <Table.Td className={styles.side} data-label={words.now} lang={change.language ?? undefined}>
              {now === undefined ? words.nothing : <ins className={styles.now}>{now}</ins>}
            </Table.Td>
          </Table.Tr>
        );
      })}
    </DataTable>
  );
}

function useChangeName(): (change: FormChange) => string {
  const { t, language } = useLanguage();
  const { data: purposes = [] } = useQuery(purposesQuery);

  return (change) => {
    const element = t.formVersions.elements[change.element];
    const part = partOf(change.place.split('.').slice(1), t);
    const spoken = change.language ? ` ${t.formVersions.inLanguage[change.language]}` : '';

    return `${element}${subjectOf(change)}${part === '' ? '' : `, ${part}`}${spoken}`;
  };

  function subjectOf({ element, name }: FormChange): string {
    if (name === null) return '';
    if (element === 'field') return `: ${isStandard(name) ? wordFor(t.words.field, name) : name}`;
    const [slug = '', channel = ''] = name.split(/:(?=[^:]*$)/);
    const purpose = purposes.find((one) => one.slug === slug || one.id === slug);

    return `: ${purpose?.name[language] ?? slug} – ${wordFor(t.words.channel, channel)}`;
  }
}

/** Settings are stored as codes; people read words. */
function useChangedValue(): (change: FormChange, value: string | null) => string | undefined {
  const { t, language } = useLanguage();
  const { data: purposes = [] } = useQuery(purposesQuery);

  return ({ place, kind }, value) => {
    if (value === null || value === '') return undefined;
    if (kind === 'moved') return t.formVersions.position(value);
    if (/\.(required|sensitive)$/.test(place)) return value === 'true' ? t.common.yes : t.common.no;
    if (place.endsWith('.type')) return wordFor(t.formBuilder.types, value);
    if (place === 'magnet.purpose') return purposes.find(({ id }) => id === value)?.name[language] ?? value;

    return value;
  };
}
