// TLS by Java's SSLSocket. See README.md.
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import javax.net.ssl.*;

class Peer {
    static Path directory;

    static KeyStore store() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null);
        return store;
    }

    static java.security.cert.Certificate certificate(String name) throws Exception {
        try (InputStream file = Files.newInputStream(directory.resolve(name + ".pem"))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
    }

    static SSLContext context() throws Exception {
        String pem = Files.readString(directory.resolve("key.pem")).replaceAll("-----.*-----|\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(spec);
        KeyStore own = store(), trusted = store();
        own.setKeyEntry("own", key, new char[0], new java.security.cert.Certificate[] {certificate("certificate")});
        trusted.setCertificateEntry("ca", certificate("ca"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    static String words(Exception error) {
        return error.toString().replaceAll("\\s+", " ");
    }

    static void obey(SSLSocket socket) throws Exception {
        byte[] data = new byte[0];
        String end = "closed";
        try {
            InputStream input = socket.getInputStream();
            OutputStream output = socket.getOutputStream();
            String[] order = new String(input.readNBytes(16), StandardCharsets.US_ASCII).trim().split(" +");
            int count = Integer.parseInt(order[1]);
            if (order[0].equals("end")) socket.shutdownOutput();
            if (order[0].equals("echo")) {
                data = input.readNBytes(count);
                output.write(data);
            } else {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                byte[] piece = new byte[65536];
                try {
                    for (int n; (n = input.read(piece)) >= 0; ) all.write(piece, 0, n);
                    end = "end";
                } finally {
                    data = all.toByteArray();
                }
                if (order[0].equals("listen") && count > 0) {
                    output.write(new byte[count / 2]);
                    Thread.sleep(100);
                    output.write(new byte[count / 2]);
                }
            }
            socket.close();
        } catch (IOException error) {
            end = (end.equals("end") ? "end, then " : "") + words(error);
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(data);
        System.out.println("arrived " + data.length + " " + HexFormat.of().formatHex(digest) + " " + end);
    }

    static void converse(SSLSocket socket, boolean serving) throws Exception {
        try {
            socket.startHandshake();
            if (!serving) socket.getOutputStream().write("request\n".getBytes());
        } catch (IOException error) {
            System.out.println("failed " + words(error));
            socket.close();
            return;
        }
        obey(socket);
    }

    public static void main(String[] arguments) throws Exception {
        directory = Path.of(arguments[1]);
        System.out.println("version Java " + System.getProperty("java.version"));
        InetAddress host = InetAddress.getByName("127.0.0.1");
        if (arguments[0].equals("server")) {
            SSLServerSocketFactory factory = context().getServerSocketFactory();
            SSLServerSocket listener = (SSLServerSocket) factory.createServerSocket(0, 50, host);
            listener.setNeedClientAuth(arguments[2].equals("demands"));
            System.out.println("port " + listener.getLocalPort());
            while (true) converse((SSLSocket) listener.accept(), true);
        }
        SSLSocketFactory factory = context().getSocketFactory();
        for (int run = 0; run < Integer.parseInt(arguments[4]); run++) {
            Socket tcp = new Socket(host, Integer.parseInt(arguments[2]));
            SSLSocket socket = (SSLSocket) factory.createSocket(tcp, "localhost", tcp.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            converse(socket, false);
        }
    }
}
