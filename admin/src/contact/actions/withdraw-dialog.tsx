import { Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Permission } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { ActDialog } from './act-dialog.tsx';
import { type HowTold, MethodFields, told } from './method-fields.tsx';
import { useAct } from './use-act.ts';

interface WithdrawDialogProps {
  contactId: string;
  permissions: Permission[];
  opened: boolean;
  onClose: () => void;
}

export function WithdrawDialog({ contactId, permissions, opened, onClose }: WithdrawDialogProps) {
  const { t, language } = useLanguage();
  const words = t.contact.withdraw;
  const inForce = permissions.filter(
    ({ allowed, permissionGround, reason }) =>
      (allowed && permissionGround === 'consent') || reason === 'consent-outdated' || reason === 'address-not-confirmed',
  );
  const [chosen, setChosen] = useState<string>();
  const [how, setHow] = useState<HowTold>({ method: 'phone', note: '' });
  const withdraw = useAct(contactId, 'withdraw', onClose);
  const permission = inForce.find((one) => keyOf(one) === chosen) ?? inForce[0];

  return (
    <ActDialog
      title={words.title}
      lead={words.lead}
      submit={words.submit}
      opened={opened}
      onClose={onClose}
      isPending={withdraw.isPending}
      problem={withdraw.error}
      canSubmit={permission !== undefined}
      onSubmit={() =>
        permission && withdraw.mutate({ purpose: permission.purpose.id, channel: permission.channel, ...told(how) })
      }
    >
      {permission ? (
        <>
          <Radio.Group label={words.which} value={keyOf(permission)} onChange={setChosen}>
            <Stack gap="xs" mt="xs">
              {inForce.map((one) => (
                <Radio
                  key={keyOf(one)}
                  value={keyOf(one)}
                  label={`${one.purpose.name[language]} – ${t.words.channel[one.channel]}`}
                />
              ))}
            </Stack>
          </Radio.Group>
          <MethodFields value={how} onChange={setHow} />
        </>
      ) : (
        <Text fw={600}>{words.none}</Text>
      )}
    </ActDialog>
  );
}

const keyOf = ({ purpose, channel }: Permission) => `${purpose.id} ${channel}`;
