import { queryOptions } from '@tanstack/react-query';
import { get, getAll } from '../api/client.ts';
import type { Activity, Assessment, Field, MappedField, Register, RegisterVersion } from '../api/register-types.ts';

export const registerQuery = queryOptions({
  queryKey: ['register'],
  queryFn: ({ signal }) => get<Register>('/api/v1/register', { signal }),
});

export const activityQuery = (purposeId: string) =>
  queryOptions({
    queryKey: ['register', purposeId],
    queryFn: ({ signal }) =>
      get<Activity & { versions: RegisterVersion[] }>(`/api/v1/register/activities/${purposeId}`, { signal }),
  });

export const assessmentQuery = (purposeId: string, kind: Assessment['kind'], language: string) =>
  queryOptions({
    queryKey: ['register', purposeId, kind, language],
    queryFn: ({ signal }) =>
      get<{ assessment: Assessment | null; template: Assessment['answers']; versions: RegisterVersion[] }>(
        `/api/v1/register/activities/${purposeId}/assessments/${kind}`,
        { query: { language }, signal },
      ),
  });

export const fieldsQuery = queryOptions({
  queryKey: ['fields'],
  queryFn: ({ signal }) => getAll<Field>('/api/v1/fields', signal),
});

export const allFieldsQuery = queryOptions({
  queryKey: ['fields', 'archived too'],
  queryFn: async ({ signal }) => (await get<{ data: Field[] }>('/api/v1/fields', { query: { archived: 'true' }, signal })).data,
});

export const dataMapQuery = queryOptions({
  queryKey: ['data-map'],
  queryFn: async ({ signal }) => (await get<{ fields: MappedField[] }>('/api/v1/data-map', { signal })).fields,
});
