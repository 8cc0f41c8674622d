import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../../languages/language-provider.tsx';
import { Section } from '../../ui/section.tsx';
import { useBuilder } from './builder-context.ts';
import { noTexts } from './definition.ts';
import { ElementFindings } from './finding-notes.tsx';
import { PlacedTexts } from './placed-texts.tsx';

/** What people read once the form is sent: the page, the message, and the page at the end. */
export function PagesPart() {
  const t = useTexts();
  const { definition, edit } = useBuilder();
  const words = t.formBuilder;
  const { sent, mail, done } = definition;

  return (
    <>
      <OwnOrUsual
        place="sent"
        title={words.sent}
        lead={words.sentLead}
        isOwn={Boolean(sent)}
        onOwn={(isOwn) => edit((form) => ({ ...form, sent: isOwn ? { title: noTexts, text: noTexts } : null }))}
      >
        {sent ? (
          <>
            <PlacedTexts
              label={words.pageTitle}
              place="sent.title"
              maxLength={150}
              value={sent.title}
              onChange={(title) => edit((form) => ({ ...form, sent: { ...sent, title } }))}
            />
            <PlacedTexts
              label={words.pageText}
              place="sent.text"
              long
              maxLength={600}
              value={sent.text}
              onChange={(text) => edit((form) => ({ ...form, sent: { ...sent, text } }))}
            />
          </>
        ) : null}
      </OwnOrUsual>
      <OwnOrUsual
        place="mail"
        title={words.mail}
        lead={words.mailLead}
        isOwn={Boolean(mail)}
        onOwn={(isOwn) => edit((form) => ({ ...form, mail: isOwn ? { subject: noTexts, text: noTexts } : null }))}
      >
        {mail ? (
          <>
            <PlacedTexts
              label={words.mailSubject}
              place="mail.subject"
              maxLength={120}
              value={mail.subject}
              onChange={(subject) => edit((form) => ({ ...form, mail: { ...mail, subject } }))}
            />
            <PlacedTexts
              label={words.mailText}
              place="mail.text"
              long
              maxLength={600}
              value={mail.text}
              onChange={(text) => edit((form) => ({ ...form, mail: { ...mail, text } }))}
            />
          </>
        ) : null}
      </OwnOrUsual>
      <div data-place="done">
        <Section title={words.done}>
          <ElementFindings places={['done']} />
          <PlacedTexts
            label={words.pageTitle}
            place="done.title"
            maxLength={150}
            value={done.title}
            onChange={(title) => edit((form) => ({ ...form, done: { ...done, title } }))}
          />
          <PlacedTexts
            label={words.pageText}
            place="done.text"
            long
            maxLength={600}
            value={done.text}
            onChange={(text) => edit((form) => ({ ...form, done: { ...done, text } }))}
          />
        </Section>
      </div>
    </>
  );
}

interface OwnOrUsualProps {
  place: string;
  title: string;
  lead: string;
  isOwn: boolean;
  onOwn: (isOwn: boolean) => void;
  children: ReactNode;
}

/** A page that has our usual words until the authors write their own. */
function OwnOrUsual({ place, title, lead, isOwn, onOwn, children }: OwnOrUsualProps) {
  const t = useTexts();
  const words = t.formBuilder;

  return (
    <div data-place={place}>
      <Section title={title} lead={lead}>
        <ElementFindings places={[place]} />
        {isOwn ? children : <Text size="sm">{words.noText}</Text>}
        <Group>
          <Button variant="default" size="xs" onClick={() => onOwn(!isOwn)}>
            {isOwn ? words.usualWords : words.ownWords}
          </Button>
        </Group>
      </Section>
    </div>
  );
}
