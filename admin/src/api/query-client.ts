import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './client.ts';
import { sessionEnded } from './session.ts';

const onError = (problem: unknown) => {
  if (problem instanceof ApiProblem && problem.status === 401) sessionEnded();
};

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // An answer that says no stays no; only silence and server faults are worth a second try.
      retry: (failures, problem) =>
        failures < 1 && problem instanceof ApiProblem && (problem.status === 0 || problem.status >= 500),
      retryDelay: 600,
    },
  },
});
