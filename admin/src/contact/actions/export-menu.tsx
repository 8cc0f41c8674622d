import { Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ApiProblem, download } from '../../api/client.ts';
import { useSavePack } from '../../evidence/pack-button.tsx';
import { useLanguage } from '../../languages/language-provider.tsx';
import { useMay } from '../../shell/rights.ts';
import { IconDownload, IconShield } from '../../ui/icons.tsx';

/** All data about this person as a file (Art. 15, 20). */
export function ExportMenu({ contactId }: { contactId: string }) {
  const { t } = useLanguage();
  const may = useMay();
  const words = t.contact.actions;
  const pack = useSavePack(`/api/v1/contacts/${contactId}/evidence-pack`);
  const save = useMutation({
    mutationFn: (format: 'csv' | 'json' | 'vcf') => download(`/api/v1/contacts/${contactId}/export`, { format }),
    onError: (problem) =>
      notifications.show({
        color: 'red',
        title: problem instanceof ApiProblem ? problem.message : t.problem.unexpected,
        message: problem instanceof ApiProblem ? (problem.detail ?? problem.requestId ?? '') : '',
        autoClose: false,
      }),
  });

  return (
    <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={save.isPending || pack.isPending}>
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {may('contacts.export') ? (
          <>
            <Text size="sm" c="dimmed" px="sm" py={6}>
              {words.exportLead}
            </Text>
            {(['csv', 'json', 'vcf'] as const).map((format) => (
              <Menu.Item key={format} onClick={() => save.mutate(format)}>
                {words[format]}
              </Menu.Item>
            ))}
          </>
        ) : null}
        {may('evidence.read') ? (
          <>
            <Text size="sm" c="dimmed" px="sm" py={6}>
              {t.evidence.packHint}
            </Text>
            <Menu.Item leftSection={<IconShield size={16} />} onClick={() => pack.mutate()}>
              {t.evidence.pack}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
