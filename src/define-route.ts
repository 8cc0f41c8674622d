import type { Database, Transaction } from '#platform/database/connect.ts';
import { type AnyEndpoint, type PageDefinition, routing, type Wiring } from '#platform/http/route.ts';
import type { ApiScope } from '#src/api-keys/scopes.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import type { Caller } from '#src/staff/caller.ts';
import type { Right } from '#src/staff/rights.ts';

/** Who may call an endpoint: staff whose role has the right, and API keys that hold the scope (`none`: no key may). */
export interface EndpointPolicy {
  readonly right: Right | 'signed-in';
  readonly scope: ApiScope | 'none';
}

/**
 * Who may open a page. `public` pages answer anyone, and may be posted to from other sites; `same-origin` answers anyone
 * but takes a POST only from our own pages (sign-in, set-up).
 */
export type PagePolicy = 'public' | 'same-origin';

export interface Saglasie extends Wiring {
  services: Services;
  db: Database;
  tx: Transaction;
  caller: Caller;
  endpointPolicy: EndpointPolicy;
  pagePolicy: PagePolicy;
  language: Language;
}

export const { defineEndpoint, definePage } = routing<Saglasie>();

export type Endpoint = AnyEndpoint<Saglasie>;
export type Page = PageDefinition<Saglasie>;
