import { Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ApiProblem, download } from '../../api/client.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { IconDownload } from '../../ui/icons.tsx';

/** All data about this person as a file (Art. 15, 20). */
export function ExportMenu({ contactId }: { contactId: string }) {
  const { t } = useLanguage();
  const words = t.contact.actions;
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
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={save.isPending}>
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="sm" c="dimmed" px="sm" py={6}>
          {words.exportLead}
        </Text>
        {(['csv', 'json', 'vcf'] as const).map((format) => (
          <Menu.Item key={format} onClick={() => save.mutate(format)}>
            {words[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
