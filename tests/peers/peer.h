/* What main.c wants of a library. Each file of a library has these functions. */
#include <stdio.h>

const char *tls_version(void);

/* Load certificate.pem, key.pem and ca.pem of a directory, as a server, which may demand certificates, or as a client. */
void tls_setup(const char *directory, int serving, int demanding);

/* Shake hands over a connected socket. Like all of the others that return an int, 0 or what tls_words() explains. */
int tls_start(int fd);

/* How many bytes, 0 if the library says that this was all, or less: what tls_words() explains. */
int tls_read(char *data, int size);

/* Send all of it. */
int tls_write(const char *data, int size);

/* As a server, ask the client for its certificate behind the handshake. */
int tls_ask(void);

/* Close this direction, or both if the library knows no other way. */
int tls_end(void);

/* Free what belongs to the connection. */
void tls_release(void);

const char *tls_words(int error);
