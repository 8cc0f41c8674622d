import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import styles from './import.module.css';
import { importQuery } from './queries.ts';
import type { Import } from './types.ts';
import { type Upload, uploadFile } from './upload-file.ts';

const KINDS = '.csv,.tsv,.txt,.xlsx,.vcf,.zip';

/** A file is chosen or dropped, and on its way up at once; it can be called back until it has arrived. */
export function UploadArea() {
  const { t, language, format } = useLanguage();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [share, setShare] = useState<number | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  const [isOver, setOver] = useState(false);
  const upload = useRef<Upload | undefined>(undefined);
  const words = t.imports;

  const begin = async (file: File | null | undefined) => {
    if (!file || share !== undefined) return;
    setProblem(undefined);
    setShare(0);
    upload.current = uploadFile(file, language, setShare);
    try {
      const made: Import = await upload.current.done;
      queries.setQueryData(importQuery(made.id).queryKey, made);
      void queries.invalidateQueries({ queryKey: ['imports'], exact: true });
      await navigate({ to: '/import/$id', params: { id: made.id } });
    } catch (refused) {
      if (!(refused instanceof ApiProblem && refused.code === 'aborted')) setProblem(refused);
    } finally {
      setShare(undefined);
    }
  };

  return (
    <Stack gap="sm">
      {problem ? <ProblemNotice problem={problem} /> : null}
      {/* Dropping is a second way to the same thing: the button beside it does it for everybody. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside is the control; the area only takes what is dropped */}
      <div
        className={styles.drop}
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void begin(event.dataTransfer.files[0]);
        }}
      >
        {share === undefined ? (
          <Stack align="center" gap="xs">
            <FileButton accept={KINDS} onChange={(file) => void begin(file)}>
              {(props) => <Button {...props}>{words.upload}</Button>}
            </FileButton>
            <Text size="sm" c="dimmed" visibleFrom="sm">
              {words.drop}
            </Text>
            <Text size="sm" ta="center" maw={480}>
              {words.uploadLead}
            </Text>
          </Stack>
        ) : (
          <Stack gap="xs" w="100%">
            <Text size="sm">{words.uploading(format.percent(share))}</Text>
            <Progress value={share * 100} aria-label={words.uploading('')} />
            <Group>
              <Button variant="default" size="xs" onClick={() => upload.current?.abort()}>
                {words.cancelUpload}
              </Button>
            </Group>
          </Stack>
        )}
      </div>
    </Stack>
  );
}
