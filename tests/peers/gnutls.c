/* TLS by GnuTLS. See README.md. */
#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "peer.h"

static gnutls_certificate_credentials_t papers;
static gnutls_session_t session;
static gnutls_datum_t ticket_key;
static int serves, demands;

const char *tls_version(void) {
    static char words[64];
    snprintf(words, sizeof words, "GnuTLS %s", gnutls_check_version(NULL));
    return words;
}

void tls_setup(const char *directory, int serving, int demanding) {
    char certificate[500], key[500], ca[500];
    snprintf(certificate, sizeof certificate, "%s/certificate.pem", directory);
    snprintf(key, sizeof key, "%s/key.pem", directory);
    snprintf(ca, sizeof ca, "%s/ca.pem", directory);
    gnutls_certificate_allocate_credentials(&papers);
    gnutls_certificate_set_x509_trust_file(papers, ca, GNUTLS_X509_FMT_PEM);
    if (serving && gnutls_certificate_set_x509_key_file(papers, certificate, key, GNUTLS_X509_FMT_PEM)) abort();
    gnutls_session_ticket_key_generate(&ticket_key);
    serves = serving;
    demands = demanding;
}

int tls_start(int fd) {
    int error;
    gnutls_init(&session, serves ? GNUTLS_SERVER | GNUTLS_POST_HANDSHAKE_AUTH : GNUTLS_CLIENT);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, papers);
    if (serves) gnutls_session_ticket_enable_server(session, &ticket_key);
    else gnutls_server_name_set(session, GNUTLS_NAME_DNS, "localhost", 9);
    if (!serves || demands) gnutls_session_set_verify_cert(session, serves ? NULL : "localhost", 0);
    if (demands) gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_transport_set_int(session, fd);
    do error = gnutls_handshake(session);
    while (error < 0 && !gnutls_error_is_fatal(error));
    if (error < 0) gnutls_alert_send_appropriate(session, error);
    return error;
}

int tls_read(char *data, int size) {
    int got;
    do got = gnutls_record_recv(session, data, size);
    while (got < 0 && !gnutls_error_is_fatal(got));
    return got;
}

int tls_write(const char *data, int size) {
    while (size) {
        int sent = gnutls_record_send(session, data, size);
        if (sent < 0 && gnutls_error_is_fatal(sent)) return sent;
        if (sent > 0) data += sent, size -= sent;
    }
    return 0;
}

int tls_ask(void) {
    int error;
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_cert(session, NULL, 0);
    do error = gnutls_reauth(session, 0);
    while (error < 0 && !gnutls_error_is_fatal(error));
    return error;
}

int tls_end(void) {
    return gnutls_bye(session, GNUTLS_SHUT_WR);
}

void tls_release(void) {
    gnutls_deinit(session);
}

const char *tls_words(int error) {
    return gnutls_strerror(error);
}
