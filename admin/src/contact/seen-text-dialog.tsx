import { Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { noticeQuery } from '../api/queries.ts';
import type { Permission } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Loaded } from '../ui/loaded.tsx';
import { SeenText } from './seen-text.tsx';

interface SeenTextDialogProps {
  notice: NonNullable<Permission['notice']>;
  opened: boolean;
  onClose: () => void;
}

/** The page as the person saw it: its bytes, kept since that day under their hash. */
export function SeenTextDialog({ notice, opened, onClose }: SeenTextDialogProps) {
  const { t } = useLanguage();
  const query = useQuery({ ...noticeQuery(notice), enabled: opened });
  const words = t.contact.proof;

  return (
    <Modal opened={opened} onClose={onClose} title={words.textTitle} size="lg">
      <Loaded query={query}>
        {({ body }) => (
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              {words.textLead(wordFor(t.words.language, notice.language), notice.version)}
            </Text>
            <SeenText body={body} language={notice.language} />
            <Text size="sm">{words.hash}</Text>
            <code className="mono">{notice.hash}</code>
          </Stack>
        )}
      </Loaded>
    </Modal>
  );
}
