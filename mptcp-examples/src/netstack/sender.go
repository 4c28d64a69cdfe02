// The netstack end of a measured connection: sends as fast as gVisor's TCP can, for "mptcp4j bench --netstack".
//
// Prints "connected"; waits for a line on its input; sends for so many seconds; prints one "done name=value ..." line.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/fdbased"
	"gvisor.dev/gvisor/pkg/tcpip/link/tun"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const (
	nic    = 1
	mtu    = 1500
	chunk  = 1 << 16
	buffer = 4 << 20
)


func fail(why string) {
	fmt.Fprintln(os.Stderr, "netstack: "+why)
	os.Exit(1)
}

func address(text string) tcpip.Address {
	return tcpip.Address(net.ParseIP(text).To4())
}

func newStack(device, local, congestion string) *stack.Stack {
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	fd, err := tun.Open(device)
	if err != nil {
		fail(err.Error())
	}
	link, err := fdbased.New(&fdbased.Options{FDs: []int{fd}, MTU: mtu})
	if err != nil {
		fail(err.Error())
	}
	if err := s.CreateNIC(nic, link); err != nil {
		fail(err.String())
	}
	own := tcpip.ProtocolAddress{
		Protocol:          ipv4.ProtocolNumber,
		AddressWithPrefix: address(local).WithPrefix(),
	}
	if err := s.AddProtocolAddress(nic, own, stack.AddressProperties{}); err != nil {
		fail(err.String())
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	sack := tcpip.TCPSACKEnabled(true)
	control := tcpip.CongestionControlOption(congestion)
	room := tcpip.TCPSendBufferSizeRangeOption{Min: 4096, Default: buffer, Max: buffer}
	for _, option := range []tcpip.SettableTransportProtocolOption{&sack, &control, &room} {
		if err := s.SetTransportProtocolOption(tcp.ProtocolNumber, option); err != nil {
			fail(err.String())
		}
	}
	return s
}

func main() {
	if len(os.Args) != 7 {
		fail("sender DEVICE LOCAL REMOTE PORT CONGESTION SECONDS")
	}
	port, _ := strconv.Atoi(os.Args[4])
	seconds, _ := strconv.ParseFloat(os.Args[6], 64)
	s := newStack(os.Args[1], os.Args[2], os.Args[5])
	to := tcpip.FullAddress{NIC: nic, Addr: address(os.Args[3]), Port: uint16(port)}
	connection, err := gonet.DialContextTCP(context.Background(), s, to, ipv4.ProtocolNumber)
	if err != nil {
		fail(err.Error())
	}
	fmt.Println("connected")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return
	}
	octets := make([]byte, chunk)
	begin := time.Now()
	sent := 0
	for time.Since(begin).Seconds() < seconds {
		count, err := connection.Write(octets)
		if err != nil {
			fail(err.Error())
		}
		sent += count
	}
	connection.CloseWrite()
	connection.Read(octets)
	fmt.Printf("done octets=%d nanos=%d subflows=0\n", sent, time.Since(begin).Nanoseconds())
}
