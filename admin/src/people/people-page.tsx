import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { contactsQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { announce } from '../ui/announce.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { rememberList } from './neighbours.ts';
import { PeopleFilters } from './people-filters.tsx';
import { PeopleList } from './people-list.tsx';
import { countFilters, type PeopleSearch } from './search-params.ts';

export function PeoplePage() {
  const { t, format } = useLanguage();
  const router = useRouter();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as PeopleSearch;
  const may = useMay();
  const { focus: _, ...filters } = search;
  const query = useInfiniteQuery(contactsQuery(filters));
  const pages = query.data?.pages;
  const rows = pages?.flatMap((page) => page.data) ?? [];
  const count = pages?.[0]?.count;
  const total = count ? (count.atLeast ? t.people.countAtLeast(format.number(count.value)) : format.number(count.value)) : '';
  const activeFilters = countFilters(search);

  useEffect(() => {
    if (!pages) return;
    rememberList(pages.flatMap((page) => page.data.map(({ id }) => id)));
  }, [pages]);
  useEffect(() => {
    if (count && !query.isPlaceholderData) announce(t.people.found(count.value, total));
  }, [count, total, query.isPlaceholderData, t]);
  useRowKeys();

  const change = (changed: PeopleSearch) => {
    // What was typed a moment ago must not fetch back somebody who already follows a link from here.
    if (router.latestLocation.pathname !== '/people') return;
    void navigate({ to: '/people', search: { ...filters, ...changed }, replace: true });
  };

  return (
    <Page
      title={t.people.title}
      lead={t.people.lead}
      actions={
        <>
          {may('contacts.export') ? (
            <Button variant="default" renderRoot={(props) => <Link {...props} to="/exports/new" search={filters} />}>
              {t.exports.addFromList}
            </Button>
          ) : null}
          {may('contacts.write') ? (
            <Button component={Link} to="/people/new" leftSection={<IconPlus />}>
              {t.people.add}
            </Button>
          ) : null}
        </>
      }
    >
      <PeopleFilters search={search} onChange={change} />
      <Loaded query={query} lines={8}>
        {() => (
          <PeopleList
            rows={rows}
            total={total}
            isRefreshing={query.isPlaceholderData}
            activeFilters={activeFilters}
            onClear={() => void navigate({ to: '/people', search: search.sort ? { sort: search.sort } : {} })}
            onMore={query.hasNextPage ? () => query.fetchNextPage() : undefined}
            isLoadingMore={query.isFetchingNextPage}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** j and k walk the rows, Enter follows the link that has the focus. */
function useRowKeys(): void {
  const step = (by: 1 | -1) => () => {
    const links = Array.from(document.querySelectorAll<HTMLElement>('[data-row-link]'));
    const here = links.indexOf(document.activeElement as HTMLElement);
    links[here === -1 ? 0 : Math.min(Math.max(here + by, 0), links.length - 1)]?.focus();
  };
  useShortcuts({ j: step(1), k: step(-1) });
}
