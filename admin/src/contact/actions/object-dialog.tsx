import { Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Permission } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { ActDialog } from './act-dialog.tsx';
import { type HowTold, MethodFields, told } from './method-fields.tsx';
import { useAct } from './use-act.ts';

interface ObjectDialogProps {
  contactId: string;
  permissions: Permission[];
  opened: boolean;
  onClose: () => void;
}

export function ObjectDialog({ contactId, permissions, opened, onClose }: ObjectDialogProps) {
  const { t, language } = useLanguage();
  const words = t.contact.object;
  const [chosen, setChosen] = useState('');
  const [how, setHow] = useState<HowTold>({ method: 'phone', note: '' });
  const object = useAct(contactId, 'object', onClose);
  // One may object to marketing, and to what rests on balancing interests (Art. 21(1)–(2)); not to a contract.
  const open = permissions.filter(
    ({ purpose, channel }) =>
      channel !== 'none' &&
      (purpose.isMarketing || purpose.legalBasis === 'legitimate-interests' || purpose.legalBasis === 'public-task'),
  );
  const [purpose, channel] = chosen === '' ? [null, null] : chosen.split(' ');

  return (
    <ActDialog
      title={words.title}
      lead={words.lead}
      submit={words.submit}
      opened={opened}
      onClose={onClose}
      isPending={object.isPending}
      problem={object.error}
      onSubmit={() => object.mutate({ purpose, channel, ...told(how) })}
    >
      <Radio.Group label={words.which} value={chosen} onChange={setChosen}>
        <Stack gap="xs" mt="xs">
          <Radio value="" label={words.everything} />
          {open.map((one) => (
            <Radio
              key={`${one.purpose.id} ${one.channel}`}
              value={`${one.purpose.id} ${one.channel}`}
              label={`${one.purpose.name[language]} – ${t.words.channel[one.channel]}`}
            />
          ))}
        </Stack>
      </Radio.Group>
      <MethodFields value={how} onChange={setHow} />
    </ActDialog>
  );
}
