import type { ReactNode } from 'react';
import { ApiProblem } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { Empty } from './empty.tsx';
import { Loaded } from './loaded.tsx';
import { Page } from './page.tsx';

interface LoadedPageProps<T> {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  /** The heading while there is no data to take it from. */
  title: string;
  children: (data: T) => ReactNode;
}

/** A page about one thing: the thing itself, or a page that says why it cannot be shown. */
export function LoadedPage<T>({ query, title, children }: LoadedPageProps<T>) {
  const t = useTexts();
  if (query.data !== undefined) return <Loaded query={query}>{children}</Loaded>;
  if (query.error instanceof ApiProblem && query.error.status === 404) {
    return (
      <Page title={t.problem.notFound}>
        <div className="card">
          <Empty title={t.problem.notFoundDetail} />
        </div>
      </Page>
    );
  }
  if (query.error) {
    return (
      <Page title={title}>
        <Loaded query={query}>{children}</Loaded>
      </Page>
    );
  }

  return (
    <Loaded query={query} lines={8}>
      {children}
    </Loaded>
  );
}
