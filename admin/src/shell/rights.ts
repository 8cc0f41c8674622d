import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/queries.ts';

/** Whether the one who is signed in may do something; the server decides, this only hides what it would refuse. */
export function useMay(): (right: string) => boolean {
  const { data } = useQuery(meQuery);

  return (right) => data?.rights.includes(right) ?? false;
}
