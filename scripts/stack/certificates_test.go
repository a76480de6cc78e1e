package stack

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"path/filepath"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// certificates writes an authority's certificate, ca.pem, and one of 127.0.0.1 and NAME.example.net that it
// signed, NAME.pem with NAME.key.
func certificates(t *testing.T, dir, name string) *x509.CertPool {
	t.Helper()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{name + ".example.net"},
		KeyUsage: x509.KeyUsageDigitalSignature, NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
	}
	authorityKey, serverKey := newKey(t), newKey(t)
	for _, c := range []struct {
		file   string
		parent *x509.Certificate
		of     *x509.Certificate
		key    *ecdsa.PrivateKey
	}{{"ca.pem", authority, authority, authorityKey}, {name + ".pem", authority, server, serverKey}} {
		der, err := x509.CreateCertificate(rand.Reader, c.of, c.parent, &c.key.PublicKey, authorityKey)
		if err != nil {
			t.Fatal(err)
		}
		writePEM(t, filepath.Join(dir, c.file), "CERTIFICATE", der)
	}
	der, err := x509.MarshalECPrivateKey(serverKey)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, filepath.Join(dir, name+".key"), "EC PRIVATE KEY", der)
	return pool(t, filepath.Join(dir, "ca.pem"))
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func writePEM(t *testing.T, file, kind string, der []byte) {
	t.Helper()
	stacktest.Write(t, file, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
}
