import { Group, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { changesQuery } from '../../api/form-queries.ts';
import type { Form } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/section.tsx';
import { ChangesList } from './changes-list.tsx';

const DRAFT = 'draft';

/** Any two wordings of a form, the draft among them; which two is part of the address. */
export function Comparison({ form }: { form: Form }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const search = useSearch({ from: '/forms/$id/versions' });
  const words = t.formVersions;
  const ids = [...(form.draft ? [DRAFT] : []), ...form.versions.map(({ id }) => id)];
  const to = ids.find((id) => id === search.to) ?? ids[0];
  const from = form.versions.find(({ id }) => id === search.from)?.id ?? form.versions.find(({ id }) => id !== to)?.id;
  if (!to || !from) return null;

  const versions = form.versions.map(({ id, number }) => ({ value: id, label: t.common.version(number) }));
  const choose = (changed: { from?: string; to?: string }) =>
    void navigate({ to: '/forms/$id/versions', params: { id: form.id }, search: { from, to, ...changed }, resetScroll: false });

  return (
    <Section title={words.compareTitle}>
      <Group gap="sm">
        <NativeSelect
          label={words.from}
          value={from}
          data={versions}
          onChange={(event) => choose({ from: event.currentTarget.value })}
        />
        <NativeSelect
          label={words.to}
          value={to}
          data={form.draft ? [{ value: DRAFT, label: words.draft }, ...versions] : versions}
          onChange={(event) => choose({ to: event.currentTarget.value })}
        />
      </Group>
      <Changes formId={form.id} from={from} to={to} revision={to === DRAFT ? form.draft?.revision : undefined} />
    </Section>
  );
}

interface ChangesProps {
  formId: string;
  from: string;
  to: string;
  revision: number | undefined;
}

function Changes({ formId, from, to, revision }: ChangesProps) {
  const { t } = useLanguage();
  const changes = useQuery(changesQuery(formId, from, to, revision));
  const words = t.formVersions;

  return (
    <Loaded query={changes}>
      {(rows) => (
        <>
          <Text role="status">{rows.length === 0 ? words.same : words.count(rows.length)}</Text>
          {rows.length === 0 ? null : <ChangesList changes={rows} />}
        </>
      )}
    </Loaded>
  );
}
