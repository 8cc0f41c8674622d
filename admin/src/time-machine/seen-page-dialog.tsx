import { Modal, NativeSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { seenPageQuery } from '../api/queries.ts';
import type { SeenPage, Which } from '../api/types.ts';
import { SeenText } from '../contact/seen-text.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { KeptFrame } from './kept-frame.tsx';
import { PageDifference } from './page-difference.tsx';

interface SeenPageDialogProps {
  entryId: string;
  opened: boolean;
  onClose: () => void;
}

/** The consent time machine: what the person of an entry had before their eyes, and what has changed since. */
export function SeenPageDialog({ entryId, opened, onClose }: SeenPageDialogProps) {
  const { t } = useLanguage();
  const [which, setWhich] = useState<Which>();
  const query = useQuery({ ...seenPageQuery(entryId, which), enabled: opened });

  return (
    <Modal opened={opened} onClose={onClose} title={t.timeMachine.title} size="xl">
      <Loaded query={query} lines={6}>
        {(seen) => <Seen entryId={entryId} seen={seen} onWhich={setWhich} />}
      </Loaded>
    </Modal>
  );
}

function Seen({ entryId, seen, onWhich }: { entryId: string; seen: SeenPage; onWhich: (which: Which) => void }) {
  const { t, format } = useLanguage();
  const [view, setView] = useState('seen');
  const words = t.timeMachine;

  return (
    <Stack gap="md">
      {seen.available.length > 1 ? (
        <NativeSelect
          label={words.which}
          value={seen.which}
          data={seen.available.map((value) => ({ value, label: words.pages[value] }))}
          onChange={(event) => onWhich(event.currentTarget.value as Which)}
        />
      ) : null}
      <Text>
        {words.seen(wordFor(t.words.language, seen.language), format.dateTime(seen.moment))}
        {seen.form ? ` · ${words.form(seen.form.slug, seen.form.version)}` : ''}
      </Text>
      <HowKept seen={seen} />
      <SegmentedControl
        aria-label={words.view}
        value={view}
        onChange={setView}
        data={[
          { value: 'seen', label: words.asSeen },
          { value: 'difference', label: words.difference },
        ]}
      />
      {view === 'seen' ? <AsSeen seen={seen} /> : <PageDifference entryId={entryId} which={seen.which} />}
    </Stack>
  );
}

function AsSeen({ seen }: { seen: SeenPage }) {
  const { t } = useLanguage();
  const words = t.timeMachine;
  if (!seen.html || !seen.stylesheet) {
    return seen.notice ? <SeenText body={seen.notice.body} language={seen.language} /> : null;
  }

  return (
    <Stack gap="xs">
      <KeptFrame html={seen.html} stylesheet={seen.stylesheet} title={words.frame} />
      <Text size="sm" c="dimmed">
        {seen.boxesKnown ? words.ticks : words.ticksUnknown}
      </Text>
      {seen.kept ? (
        <details>
          <summary>{words.hashes}</summary>
          <Text size="sm">{words.htmlHash}</Text>
          <code className="mono">{seen.kept.htmlHash}</code>
          <Text size="sm">{words.stylesheetHash}</Text>
          <code className="mono">{seen.kept.stylesheetHash}</code>
        </details>
      ) : null}
    </Stack>
  );
}

/** Whether these are the bytes that were shown, or a page made later from the recorded words: never left to be assumed. */
function HowKept({ seen }: { seen: SeenPage }) {
  const { t, format } = useLanguage();
  const words = t.timeMachine;
  const { kept } = seen;

  return (
    <>
      {kept === null ? (
        <Text size="sm">{words.textOnly}</Text>
      ) : kept.isReconstructed ? (
        <Callout tone="wait" title={words.reconstructed}>
          {words.reconstructedDetail(format.dateTime(kept.at))}
        </Callout>
      ) : (
        <div>
          <Mark tone="yes">{words.kept(format.dateTime(kept.at))}</Mark>
          <Text size="sm" c="dimmed" mt={4}>
            {words.keptDetail}
          </Text>
        </div>
      )}
      {seen.shownHere === false && kept ? (
        <Callout tone="wait" title={words.elsewhere}>
          {words.elsewhereDetail}
        </Callout>
      ) : null}
    </>
  );
}
