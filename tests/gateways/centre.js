// A USSD centre for tests: SMPP 3.4 towards Kannel, one JSON document a line on standard input and output.
//   in   {"from", "to", "text", "op", "session", "reference"}   session: two octets as hex; without op it is an SMS
//   out  {"listening": true}, {"bound": true}, {"to", "text", "op", "session", "reference"}
// An operator's centre sends its_session_info or user_message_reference, or both.
'use strict';
const readline = require('readline');
const smpp = require('smpp');

let link = null;

function say(what) {
  process.stdout.write(JSON.stringify(what) + '\n');
}

function submitted(pdu) {
  const text = pdu.short_message.message;
  return {
    to: pdu.destination_addr,
    text: Buffer.isBuffer(text) ? text.toString('latin1') : text,
    coding: pdu.data_coding,
    op: Number.isInteger(pdu.ussd_service_op) ? pdu.ussd_service_op : pdu.ussd_service_op && pdu.ussd_service_op[0],
    session: pdu.its_session_info ? Buffer.from(pdu.its_session_info).toString('hex') : '',
    reference: pdu.user_message_reference,
  };
}

const server = smpp.createServer((session) => {
  session.on('bind_transceiver', (pdu) => {
    session.send(pdu.response());
    link = session;
    say({ bound: true });
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on('submit_sm', (pdu) => {
    session.send(pdu.response({ message_id: String(pdu.sequence_number) }));
    say(submitted(pdu));
  });
  session.on('error', () => {});
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => say({ listening: true }));

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const step = JSON.parse(line);
  const pdu = {
    source_addr: step.from,
    destination_addr: step.to,
    short_message: step.text,
    source_addr_ton: 1,
    source_addr_npi: 1,
  };
  if (step.op !== undefined) {
    pdu.ussd_service_op = step.op;
    if (step.session !== undefined) pdu.its_session_info = Buffer.from(step.session, 'hex');
    if (step.reference !== undefined) pdu.user_message_reference = step.reference;
  }
  link.deliver_sm(pdu);
}).on('close', () => process.exit(0));
