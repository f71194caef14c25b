// Stands for SURFconext in the tests: the OpenID-certified oidc-provider, with our configuration only.
// Usage: node provider.mjs <folder>. In the folder, client.json says who may ask and accounts.json who can sign in;
// the second is read anew at each sign-in. The first line printed is the issuer. It ends when its input is closed.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Provider from 'oidc-provider';

const [folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  // By another name than the site's own address, as a school is another site.
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ token_endpoint_auth_method: 'client_secret_post', ...read('client.json') }],
    claims: {
      openid: ['sub', 'schac_home_organization', 'eduperson_scoped_affiliation'],
      profile: ['name', 'given_name', 'family_name', 'locale'],
      email: ['email', 'email_verified'],
    },
    pkce: { required: () => true },
    cookies: { keys: ['only-for-tests'] },
    findAccount: (_ctx, sub) => {
      const known = read('accounts.json')[sub];
      return known && { accountId: sub, claims: () => ({ sub, ...known }) };
    },
  });
  server.on('request', provider.callback());
  process.stdout.write(`${issuer}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
