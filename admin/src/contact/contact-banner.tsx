import type { ContactState } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';

/** What everyone must know before doing anything with this person's data. */
export function ContactBanner({ state, isRestricted }: { state: ContactState; isRestricted: boolean }) {
  const { banner } = useTexts().contact;

  return (
    <>
      {isRestricted ? (
        <Callout tone="no" title={banner.restricted}>
          {banner.restrictedDetail}
        </Callout>
      ) : null}
      {state === 'quarantined' ? (
        <Callout tone="no" title={banner.quarantined}>
          {banner.quarantinedDetail}
        </Callout>
      ) : null}
      {state === 'unconfirmed' ? (
        <Callout tone="wait" title={banner.unconfirmed}>
          {banner.unconfirmedDetail}
        </Callout>
      ) : null}
    </>
  );
}
