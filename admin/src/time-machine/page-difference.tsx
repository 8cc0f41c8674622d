import { Stack, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { differenceQuery } from '../api/queries.ts';
import type { PageDifference as Difference, Which } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Loaded } from '../ui/loaded.tsx';
import styles from './time-machine.module.css';

/** The page as it was, with what has come and gone since then marked by sign, line and words, and colour last. */
export function PageDifference({ entryId, which }: { entryId: string; which: Which }) {
  const query = useQuery(differenceQuery(entryId, which));

  return <Loaded query={query}>{(difference) => <Words difference={difference} />}</Loaded>;
}

function Words({ difference }: { difference: Difference }) {
  const { t } = useLanguage();
  const words = t.timeMachine;
  const { form, parts } = difference;
  const versions =
    form?.publishedVersion != null && difference.which !== 'preferences'
      ? words.versions(form.version, form.publishedVersion)
      : '';
  if (!difference.isShownToday) return <Text>{words.gone}</Text>;
  if (difference.isSame) return <Text>{`${words.same} ${versions}`}</Text>;
  const many = (kind: string) => parts.filter((part) => part.kind === kind).length;

  return (
    <Stack gap="xs">
      <Text>{`${words.changed(many('added'), many('removed'))} ${versions}`}</Text>
      <Text size="sm" c="dimmed">
        {words.legend}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section className={styles.difference} lang={difference.language} tabIndex={0} aria-label={words.difference}>
        {keyed(parts).map(({ key, kind, text }) =>
          kind === 'same' ? (
            <span key={key}>{text}</span>
          ) : kind === 'added' ? (
            <ins key={key}>
              <Sign sign="+" word={words.added} />
              {text}
              <Sign sign="+" />
            </ins>
          ) : (
            <del key={key}>
              <Sign sign="−" word={words.removed} />
              {text}
              <Sign sign="−" />
            </del>
          ),
        )}
      </section>
    </Stack>
  );
}

/** The sign is for eyes; screen readers are told in a word, as most do not speak of `ins` and `del`. */
function Sign({ sign, word }: { sign: string; word?: string }) {
  return (
    <>
      <span className={styles.sign} aria-hidden="true">
        {sign}
      </span>
      {word ? <VisuallyHidden>{` (${word}:) `}</VisuallyHidden> : null}
    </>
  );
}

/** A part's place in the text is its name: parts repeat, places do not. */
function keyed(parts: Difference['parts']) {
  let at = 0;

  return parts.map((part) => {
    const key = `${at} ${part.kind}`;
    at += part.text.length + 1;

    return { ...part, key };
  });
}
