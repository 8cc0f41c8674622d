import { Button, CopyButton } from '@mantine/core';
import { useTexts } from '../languages/language-provider.tsx';
import { IconCopy } from '../ui/icons.tsx';

export function CopyFormLink({ url }: { url: string }) {
  const t = useTexts();

  return (
    <CopyButton value={new URL(url, window.location.origin).href}>
      {({ copied, copy }) => (
        <Button variant="default" leftSection={<IconCopy size={16} />} onClick={copy}>
          {copied ? t.forms.copied : t.forms.copy}
        </Button>
      )}
    </CopyButton>
  );
}
