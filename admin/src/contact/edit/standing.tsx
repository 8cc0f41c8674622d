import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { whyIdle } from '../../fields/fields-page.tsx';
import { useLanguage } from '../../languages/language-provider.tsx';
import { fieldsQuery } from '../../register/queries.ts';

const keys: Readonly<Record<string, string>> = {
  givenName: 'given_name',
  familyName: 'family_name',
  jobTitle: 'job_title',
  postalAddress: 'postal_address',
};

/** Whether an input can be filled in; where not, why, and the way to change that. */
export function useStanding(): (name: string) => { disabled?: boolean; description?: ReactNode } {
  const { t } = useLanguage();
  const { data } = useQuery(fieldsQuery);

  return (name) => {
    const field = data?.find(({ key }) => key === (keys[name] ?? name));
    if (!data || !field || (field.isFillable && field.isReadable)) return {};
    if (!field.isReadable) return { disabled: true, description: t.fields.hidden };

    return {
      disabled: true,
      description: (
        <>
          {whyIdle(field, t.fields)}{' '}
          <Link to="/fields/$key" params={{ key: field.key }}>
            {t.fields.fix}
          </Link>
        </>
      ),
    };
  };
}
