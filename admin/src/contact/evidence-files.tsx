import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { download } from '../api/client.ts';
import { evidenceQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';

/** Files kept with an entry. They are saved, never shown inside the page; opening one goes into the audit. */
export function EvidenceFiles({ contactId, entryId }: { contactId: string; entryId: string }) {
  const { t } = useLanguage();
  const { data } = useQuery(evidenceQuery(contactId));
  const files = (data ?? []).filter((file) => file.entryId === entryId);
  if (files.length === 0) return null;

  return (
    <Group gap="xs">
      {files.map((file) => (
        <Button
          key={file.id}
          size="xs"
          variant="default"
          onClick={() => void download(`/api/v1/contacts/${contactId}/evidence-files/${file.id}`, {})}
        >
          {t.contact.proof.file(wordFor(t.words.evidenceType, file.mediaType), Math.ceil(file.size / 1024))}
        </Button>
      ))}
    </Group>
  );
}
