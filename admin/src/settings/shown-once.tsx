import { Button, CopyButton, Stack } from '@mantine/core';
import { useTexts } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';
import { IconCopy } from '../ui/icons.tsx';

/** A secret the server keeps only as a hash: shown now, never again. */
export function ShownOnce({ secret, lead, copyLabel }: { secret: string; lead: string; copyLabel: string }) {
  const t = useTexts();

  return (
    <Stack>
      <Callout tone="wait" role="status" title={lead} />
      <code className="mono">{secret}</code>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button onClick={copy} leftSection={<IconCopy size={16} />}>
            {copied ? t.common.copied : copyLabel}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
