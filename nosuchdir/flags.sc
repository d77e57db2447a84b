g++ -std=c++17 -g -O3 -Wall -Wextra -Isim
