import { Button, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { formQuery } from '../api/form-queries.ts';
import type { Form } from '../api/form-types.ts';
import { PackButton } from '../evidence/pack-button.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { IconOpen } from '../ui/icons.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { CopyFormLink } from './copy-form-link.tsx';
import { FormActions } from './form-actions.tsx';
import { FormMarks } from './form-marks.tsx';
import { titleOf } from './form-title.ts';
import styles from './forms.module.css';

/** What all screens of one form have above them: its name, its state, what can be done with it, and its parts. */
export function FormLayout() {
  const { t } = useLanguage();
  const { id } = useParams({ from: '/forms/$id' });
  const form = useQuery(formQuery(id));

  return (
    <LoadedPage query={form} title={t.forms.title}>
      {(one) => <FormFrame form={one} />}
    </LoadedPage>
  );
}

function FormFrame({ form }: { form: Form }) {
  const { t, language } = useLanguage();
  const may = useMay();

  return (
    <Page
      title={titleOf(form, language)}
      lead={<FormMarks form={form} />}
      actions={
        <>
          {form.published ? (
            <Button
              component="a"
              href={form.url}
              target="_blank"
              rel="noreferrer"
              variant="default"
              leftSection={<IconOpen size={16} />}
            >
              {t.forms.open}
              <VisuallyHidden>{t.common.opensInNewTab}</VisuallyHidden>
            </Button>
          ) : null}
          {form.published ? <CopyFormLink url={form.url} /> : null}
          {may('evidence.read') ? <PackButton path={`/api/v1/forms/${form.id}/evidence-pack`} /> : null}
          {may('forms.write') ? <FormActions form={form} /> : null}
        </>
      }
    >
      {form.archivedAt ? <Callout tone="wait" title={t.forms.archivedNote} /> : null}
      <FormTabs id={form.id} />
      <Outlet />
    </Page>
  );
}

function FormTabs({ id }: { id: string }) {
  const { t } = useLanguage();
  const words = t.forms.tab;
  const tabs = [
    ['/forms/$id', words.texts],
    ['/forms/$id/versions', words.versions],
    ['/forms/$id/embedding', words.embedding],
    ['/forms/$id/results', words.results],
  ] as const;

  return (
    <nav aria-label={t.forms.tabs} className={styles.tabs}>
      {tabs.map(([to, label]) => (
        <Link key={to} to={to} params={{ id }} activeOptions={{ exact: true, includeSearch: false }} className={styles.tab}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
