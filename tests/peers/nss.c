/* TLS by NSS. See README.md. Its certificates are in a database, DIRECTORY/nss. */
#include <cert.h>
#include <nspr.h>
#include <nss.h>
#include <pk11pub.h>
#include <private/pprio.h>
#include <ssl.h>
#include <sslexp.h>
#include <sslproto.h>
#include <stdlib.h>

#include "peer.h"

static PRFileDesc *session;
static CERTCertificate *certificate;
static SECKEYPrivateKey *key;
static int serves, demands;

const char *tls_version(void) {
    static char words[64];
    snprintf(words, sizeof words, "NSS %s", NSS_GetVersion());
    return words;
}

void tls_setup(const char *directory, int serving, int demanding) {
    char database[500];
    snprintf(database, sizeof database, "sql:%s/nss", directory);
    if (NSS_Init(database)) abort();
    serves = serving;
    demands = demanding;
    if (!serving) return;
    certificate = PK11_FindCertFromNickname("own", NULL);
    key = PK11_FindKeyByAnyCert(certificate, NULL);
    SSL_ConfigServerSessionIDCache(0, 0, 0, NULL);
}

int tls_start(int fd) {
    session = SSL_ImportFD(NULL, PR_ImportTCPSocket(fd));
    SSL_OptionSet(session, SSL_HANDSHAKE_AS_SERVER, serves);
    SSL_OptionSet(session, SSL_HANDSHAKE_AS_CLIENT, !serves);
    SSL_OptionSet(session, SSL_ENABLE_SESSION_TICKETS, PR_TRUE);
    SSL_OptionSet(session, SSL_REQUEST_CERTIFICATE, demands);
    SSL_OptionSet(session, SSL_REQUIRE_CERTIFICATE, demands ? SSL_REQUIRE_ALWAYS : SSL_REQUIRE_NEVER);
    if (serves) SSL_ConfigServerCert(session, certificate, key, NULL, 0);
    else SSL_SetURL(session, "localhost");
    SSL_ResetHandshake(session, serves);
    return SSL_ForceHandshake(session) ? PR_GetError() : 0;
}

int tls_read(char *data, int size) {
    int got = PR_Recv(session, data, size, 0, PR_INTERVAL_NO_TIMEOUT);
    return got < 0 ? PR_GetError() : got;
}

int tls_write(const char *data, int size) {
    return PR_Send(session, data, size, 0, PR_INTERVAL_NO_TIMEOUT) < 0 ? PR_GetError() : 0;
}

int tls_ask(void) {
    return SSL_SendCertificateRequest(session) ? PR_GetError() : 0;
}

int tls_end(void) {
    return PR_Shutdown(session, PR_SHUTDOWN_SEND) ? PR_GetError() : 0;
}

void tls_release(void) {
    PR_Close(session);
}

const char *tls_words(int error) {
    return PR_ErrorToName(error);
}
