import { List, SegmentedControl, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { purposesQuery } from '../api/queries.ts';
import type { MappedField } from '../api/register-types.ts';
import type { Purpose } from '../api/types.ts';
import { whyIdle } from '../fields/fields-page.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { dataMapQuery } from '../register/queries.ts';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import styles from './data-map.module.css';

/** Fields × purposes: what serves what, and what serves nothing. */
export function DataMapPage() {
  const { t } = useLanguage();
  const map = useQuery(dataMapQuery);
  const purposes = useQuery(purposesQuery);
  const [view, setView] = useState('table');
  const words = t.dataMap;

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <SegmentedControl
          aria-label={words.view}
          value={view}
          onChange={setView}
          data={[
            { value: 'table', label: words.asTable },
            { value: 'text', label: words.asText },
          ]}
        />
      }
    >
      <Loaded query={map}>
        {(fields) => (
          <Loaded query={purposes}>
            {(all) => (
              <>
                <IdleFields fields={fields} />
                {view === 'table' ? <Matrix fields={fields} purposes={all} /> : <MapText fields={fields} />}
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

function IdleFields({ fields }: { fields: MappedField[] }) {
  const { t, language } = useLanguage();
  const words = t.dataMap;
  const countOf = useCount();
  const idle = fields.filter(({ isFillable }) => !isFillable);
  if (idle.length === 0) return <Callout tone="yes" title={words.allServe} />;

  return (
    <Callout tone="no" title={words.idleCount}>
      <List size="sm">
        {idle.map((field) => (
          <List.Item key={field.key}>
            <Link to="/fields/$key" params={{ key: field.key }}>
              {field.label[language]}
            </Link>
            : {whyIdle(field, t.fields)}
            {field.holders.value > 0 ? ` ${words.holders}: ${countOf(field)}. ${words.held}` : ''}
          </List.Item>
        ))}
      </List>
    </Callout>
  );
}

function useCount(): (field: MappedField) => string {
  const { t, format } = useLanguage();

  return ({ holders }) => {
    const count = format.number(holders.value);

    return holders.isAbout ? t.dataMap.about(count) : count;
  };
}

function Matrix({ fields, purposes }: { fields: MappedField[]; purposes: Purpose[] }) {
  const { t, language } = useLanguage();
  const words = t.dataMap;

  return (
    // A matrix is read across and down, so it scrolls in its own frame; the text beside it needs no scrolling.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={`card ${styles.frame}`} tabIndex={0} aria-label={words.caption}>
      <Table className={styles.matrix} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.field}</Table.Th>
            <Table.Th scope="col" className={styles.number}>
              {words.holders}
            </Table.Th>
            {purposes.map(({ id, name }) => (
              <Table.Th key={id} scope="col" className={styles.purpose}>
                <Link to="/register/$id" params={{ id }}>
                  {name[language]}
                </Link>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => (
            <MatrixRow key={field.key} field={field} purposes={purposes} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function MatrixRow({ field, purposes }: { field: MappedField; purposes: Purpose[] }) {
  const { t, language } = useLanguage();
  const words = t.dataMap;
  const count = useCount()(field);

  return (
    <Table.Tr data-idle={!field.isFillable}>
      <Table.Th scope="row">
        <Link to="/fields/$key" params={{ key: field.key }}>
          {field.label[language]}
        </Link>
        {field.isFillable ? null : (
          <div>
            <Mark tone="no">{field.archivedAt ? t.fields.archived : t.fields.noPurpose}</Mark>
          </div>
        )}
      </Table.Th>
      <Table.Td className={styles.number}>{count}</Table.Td>
      {purposes.map(({ id }) => {
        const served = field.purposes.find((purpose) => purpose.id === id);

        return (
          <Table.Td key={id} className={styles.cell}>
            {served ? <Mark tone={served.mayHold ? 'yes' : 'no'}>{served.mayHold ? words.serves : words.blocked}</Mark> : null}
            {served ? null : <span className={styles.empty}>{words.servesNot}</span>}
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

function MapText({ fields }: { fields: MappedField[] }) {
  return (
    <section className="card">
      <List p="md" spacing="xs">
        {fields.map((field) => (
          <MapLine key={field.key} field={field} />
        ))}
      </List>
    </section>
  );
}

function MapLine({ field }: { field: MappedField }) {
  const { t, language } = useLanguage();
  const words = t.dataMap;
  const count = useCount()(field);
  const held = field.purposes.filter(({ mayHold }) => mayHold).map(({ name }) => name[language]);

  return (
    <List.Item>
      <Link to="/fields/$key" params={{ key: field.key }}>
        {field.label[language]}
      </Link>
      : {field.isFillable ? held.join(', ') : whyIdle(field, t.fields)}
      <Text span size="sm" c="dimmed">
        {` (${words.holders}: ${count})`}
      </Text>
    </List.Item>
  );
}
