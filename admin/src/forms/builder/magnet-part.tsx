import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Magnet } from '../../api/form-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Definitions } from '../../ui/definitions.tsx';
import { IconPlus } from '../../ui/icons.tsx';
import { Section } from '../../ui/section.tsx';
import { useBuilder } from './builder-context.ts';
import { magnetPurposes } from './definition.ts';
import { ElementFindings } from './finding-notes.tsx';
import { MagnetDialog } from './magnet-dialog.tsx';
import { PlacedTexts } from './placed-texts.tsx';
import { UndoMessage } from './undo-message.tsx';

/** What people get for filling in the form. Nothing here can tie it to a box. */
export function MagnetPart() {
  const { t } = useLanguage();
  const { definition, edit, purposes } = useBuilder();
  const [isOpen, setOpen] = useState(false);
  const words = t.formBuilder;
  const magnet = definition.magnet ?? undefined;
  const possible = magnetPurposes(purposes);
  const remove = () => {
    edit((form) => ({ ...form, magnet: null }));
    const id = 'removed magnet';
    const onUndo = () => edit((form) => ({ ...form, magnet }));
    notifications.show({
      id,
      message: <UndoMessage text={words.removed(words.magnet)} notification={id} onUndo={onUndo} />,
      autoClose: 12_000,
    });
  };

  return (
    <div data-place="magnet">
      <Section title={words.magnet} lead={words.magnetLead}>
        <ElementFindings
          places={['magnet', 'magnet.purpose', 'magnet.delivery', 'magnet.delivery.url', 'magnet.delivery.file']}
        />
        {magnet ? <MagnetTexts magnet={magnet} /> : null}
        {possible.length === 0 && !magnet ? <Text size="sm">{words.noMagnetPurpose}</Text> : null}
        <Group gap="xs">
          {possible.length === 0 ? (
            <Button component={Link} to="/purposes/new" variant="default">
              {words.addPurpose}
            </Button>
          ) : (
            <Button variant="default" leftSection={magnet ? undefined : <IconPlus size={16} />} onClick={() => setOpen(true)}>
              {magnet ? words.changeMagnet : words.addMagnet}
            </Button>
          )}
          {magnet ? (
            <Button variant="default" onClick={remove}>
              {words.removeMagnet}
            </Button>
          ) : null}
        </Group>
      </Section>
      <MagnetDialog
        opened={isOpen}
        onClose={() => setOpen(false)}
        magnet={magnet}
        purposes={possible}
        onChange={(changed) => edit((form) => ({ ...form, magnet: changed }))}
      />
    </div>
  );
}

function MagnetTexts({ magnet }: { magnet: Magnet }) {
  const { t, language } = useLanguage();
  const { edit, purposes } = useBuilder();
  const words = t.formBuilder;
  const change = (changed: Partial<Magnet>) => edit((form) => ({ ...form, magnet: { ...magnet, ...changed } }));
  const { delivery } = magnet;
  const address = delivery.kind === 'link' ? delivery.url : `/api/v1/forms/files/${delivery.file}`;

  return (
    <>
      <Definitions
        rows={[
          [words.magnetPurpose, purposes.find(({ id }) => id === magnet.purpose)?.name[language] ?? '…'],
          [
            words[delivery.kind],
            <a key="address" href={address} target="_blank" rel="noreferrer" className="break">
              {delivery.kind === 'link' ? delivery.url : words.openFile} <span className="break">{t.common.opensInNewTab}</span>
            </a>,
          ],
        ]}
      />
      <PlacedTexts
        label={words.magnetLabel}
        place="magnet.label"
        maxLength={200}
        value={magnet.label}
        onChange={(label) => change({ label })}
      />
      <PlacedTexts
        label={words.hint}
        place="magnet.hint"
        long
        maxLength={400}
        value={magnet.hint}
        onChange={(hint) => change({ hint })}
      />
    </>
  );
}
